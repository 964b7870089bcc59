//! `/account`: a member's name, browsers, password and tokens, and the way out.

use askama::Template;
use axum::Form;
use axum::extract::{OriginalUri, Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::Site;
use super::error::Error;
use super::forms::{self, FieldErrors};
use super::members_only::Member;
use super::moments::Moment;
use super::notices::Notice;
use super::shell::{Nav, Shell};
use super::viewer::sign_out_cookie;
use crate::accounts::api_token::{self, LONGEST_LABEL};
use crate::accounts::password::SHORTEST;
use crate::accounts::{members, session};

#[derive(Template)]
#[template(path = "account/account.html")]
struct AccountPage {
    shell: Shell,
    notice: Option<Notice>,
    errors: FieldErrors,
    name: String,
    is_administrator: bool,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    /// The last administrator of a site with members cannot leave it.
    needed: bool,
    token_label: String,
    confirm: String,
    shortest: usize,
}

struct SessionRow {
    id: i64,
    browser: String,
    used: Moment,
    /// The one that looks at this page.
    current: bool,
}

struct TokenRow {
    id: i64,
    label: String,
    created: Moment,
    used: Option<Moment>,
}

/// What was typed into the page's forms, but for passwords.
#[derive(Default)]
struct Typed {
    label: String,
    confirm: String,
}

/// `GET /account`
pub async fn show(
    State(site): State<Site>,
    member: Member,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Error> {
    let mut page = page(&site, &member, &uri, Typed::default(), FieldErrors::default()).await?;
    page.notice = site.notices().take(member.session);
    Ok(forms::private(page))
}

/// `POST /account/sessions/{id}/end`: signs one browser out, perhaps this one.
pub async fn end_session(
    State(site): State<Site>,
    member: Member,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let person = member.id;
    if !site.db().commit(move |db| Box::pin(session::end(db, person, id))).await? {
        return Err(Error::NotFound);
    }
    if id == member.session {
        return Ok((CookieJar::new().add(sign_out_cookie(&site)), Redirect::to("/")).into_response());
    }
    Ok(done(&site, &member, "That browser is signed out."))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    current_password: String,
    new_password: String,
}

/// `POST /account/password`: ends every other session, too.
pub async fn change_password(
    State(site): State<Site>,
    member: Member,
    OriginalUri(uri): OriginalUri,
    Form(typed): Form<PasswordForm>,
) -> Result<Response, Error> {
    site.attempts().count_confirmation(&member.name)?;
    let mut errors = FieldErrors::default();
    let known = members::recognise(site.db(), member.name.as_str(), &typed.current_password).await?.is_some();
    if !known {
        errors.add("current_password", "That is not your password.");
    }
    let chosen = members::hash_chosen(&typed.new_password, &member.name).await;
    let Some(password) = errors.check("new_password", chosen).filter(|_| known) else {
        return Ok(forms::refused(page(&site, &member, &uri, Typed::default(), errors).await?));
    };
    let (person, session) = (member.id, member.session);
    site.db()
        .commit(move |db| Box::pin(members::change_password(db, person, password, Some(session))))
        .await?;
    Ok(done(&site, &member, "Your password is changed. Every other browser is signed out."))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct TokenForm {
    label: String,
}

/// `POST /account/tokens`: the page that follows shows the token, once.
pub async fn create_token(
    State(site): State<Site>,
    member: Member,
    OriginalUri(uri): OriginalUri,
    Form(typed): Form<TokenForm>,
) -> Result<Response, Error> {
    let label = typed.label.trim().to_owned();
    if label.is_empty() || label.chars().count() > LONGEST_LABEL {
        let what = format!("Say in 1 to {LONGEST_LABEL} characters what the token is for.");
        let errors = FieldErrors::one("label", what);
        let typed = Typed { label: typed.label, ..Typed::default() };
        return Ok(forms::refused(page(&site, &member, &uri, typed, errors).await?));
    }
    let (person, now_s, kept) = (member.id, site.clock().seconds(), label.clone());
    let token = site
        .db()
        .commit(move |db| Box::pin(async move { api_token::create(db, person, &kept, now_s).await }))
        .await?;
    site.notices().leave(member.session, Notice::NewToken { label, token: token.to_string() });
    Ok(Redirect::to("/account").into_response())
}

/// `POST /account/tokens/{id}/revoke`
pub async fn revoke_token(
    State(site): State<Site>,
    member: Member,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let person = member.id;
    if !site.db().commit(move |db| Box::pin(api_token::revoke(db, person, id))).await? {
        return Err(Error::NotFound);
    }
    Ok(done(&site, &member, "The token is revoked."))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct DeletionForm {
    confirm: String,
}

/// `POST /account/delete`: everything of theirs goes.
pub async fn delete(
    State(site): State<Site>,
    member: Member,
    OriginalUri(uri): OriginalUri,
    Form(typed): Form<DeletionForm>,
) -> Result<Response, Error> {
    let person = member.id;
    let mut errors = FieldErrors::default();
    if typed.confirm.trim() != member.name.as_str() {
        errors.add("confirm", format!("Type {} to delete the account.", member.name));
    }
    let deleted = errors.is_empty()
        && site
            .db()
            .commit(move |db| {
                Box::pin(async move {
                    Ok::<_, sqlx::Error>(
                        !members::is_needed(&mut *db, person).await? && members::delete(db, person).await?,
                    )
                })
            })
            .await?;
    if !deleted {
        if errors.is_empty() {
            errors.add("confirm", "You are the only administrator. Make somebody else one first.");
        }
        let typed = Typed { confirm: typed.confirm, ..Typed::default() };
        return Ok(forms::refused(page(&site, &member, &uri, typed, errors).await?));
    }
    Ok((CookieJar::new().add(sign_out_cookie(&site)), Redirect::to("/")).into_response())
}

fn done(site: &Site, member: &Member, what: &str) -> Response {
    site.notices().leave(member.session, Notice::Done(what.to_owned()));
    Redirect::to("/account").into_response()
}

async fn page(
    site: &Site,
    member: &Member,
    uri: &Uri,
    typed: Typed,
    errors: FieldErrors,
) -> Result<AccountPage, Error> {
    let now_s = site.clock().seconds();
    let mut db = site.reader().await?;
    let sessions = session::list(&mut db, member.id, now_s).await?;
    let tokens = api_token::list(&mut db, member.id).await?;
    let needed = members::is_needed(&mut db, member.id).await?;
    let moment = |at_s| Moment { at_s, now_s };
    let title = if errors.is_empty() { "Your account" } else { "Error: your account" };
    let mut shell = Shell::unlisted(site, &member.viewer, Nav::Account, title, uri);
    // a form's own address answers no GET
    shell.back = "/account".to_owned();
    Ok(AccountPage {
        shell,
        notice: None,
        errors,
        name: member.name.to_string(),
        is_administrator: member.is_administrator,
        sessions: sessions
            .into_iter()
            .map(|session| SessionRow {
                id: session.id,
                browser: browser(&session.agent),
                used: moment(session.used_at_s),
                current: session.id == member.session,
            })
            .collect(),
        tokens: tokens
            .into_iter()
            .map(|token| TokenRow {
                id: token.id,
                label: token.label,
                created: moment(token.created_at_s),
                used: token.used_at_s.map(moment),
            })
            .collect(),
        needed,
        token_label: typed.label,
        confirm: typed.confirm,
        shortest: SHORTEST,
    })
}

/// A browser's words about itself, for people: "Firefox on Linux". Every one claims to be several others, so the order
/// matters.
fn browser(agent: &str) -> String {
    let first = |known: &[(&'static str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let name = first(&[
        ("Firefox/", "Firefox"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = first(&[
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "a Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (name, system) {
        (Some(name), Some(system)) => format!("{name} on {system}"),
        (Some(name), None) => name.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "A browser that does not say what it is".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_called_by_their_names() {
        for (agent, name) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari on an iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("curl/8.15.0", "curl"),
            ("", "A browser that does not say what it is"),
        ] {
            assert_eq!(browser(agent), name, "{agent}");
        }
    }
}
