//! `/admin`: who may join, what is wrong with the content, and what people reported. To everybody but administrators
//! there is no such page.

use askama::Template;
use axum::Form;
use axum::extract::{OriginalUri, Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Site;
use super::error::Error;
use super::forms::{self, FieldErrors};
use super::members_only::{Administrator, Member};
use super::moments::Moment;
use super::notices::Notice;
use super::shell::{Nav, Shell};
use crate::accounts::invitation::{self, Invitation};
use crate::accounts::{SitePolicy, members};
use crate::content::problems::{self, StoredProblem};
use crate::questions::reports::{self, Report};

const DAY_S: i64 = 24 * 60 * 60;
const MOST_DAYS: i64 = 365;
const MOST_USES: u32 = 1000;

#[derive(Template)]
#[template(path = "admin/admin.html")]
struct AdminPage {
    shell: Shell,
    notice: Option<Notice>,
    errors: FieldErrors,
    policy: SitePolicy,
    members: u32,
    guests: u32,
    invitations: Vec<InvitationRow>,
    problems: Vec<StoredProblem>,
    reports: Vec<ReportRow>,
    days: String,
    uses: String,
    most_days: i64,
    most_uses: u32,
}

struct InvitationRow {
    invitation: Invitation,
    expires: Moment,
}

struct ReportRow {
    report: Report,
    at: Moment,
}

/// `GET /admin`
pub async fn show(
    State(site): State<Site>,
    Administrator(member): Administrator,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Error> {
    let mut page = page(&site, &member, &uri, InvitationForm::default(), FieldErrors::default()).await?;
    page.notice = site.notices().take(member.session);
    Ok(forms::private(page))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PolicyForm {
    sign_up: String,
    /// Sent when it is ticked.
    guests: Option<String>,
}

/// `POST /admin/policy`
pub async fn decide_policy(
    State(site): State<Site>,
    Administrator(member): Administrator,
    Form(typed): Form<PolicyForm>,
) -> Result<Response, Error> {
    let policy = match typed.sign_up.as_str() {
        "open" => SitePolicy::Open { guests: typed.guests.is_some() },
        "invitation" => SitePolicy::Invitation,
        "closed" => SitePolicy::Closed,
        _ => return Err(Error::bad_request("Signing up is open, invitation or closed.")),
    };
    site.db().commit(move |db| Box::pin(policy.save(db))).await?;
    Ok(done(&site, &member, "Saved who may join."))
}

#[derive(Deserialize)]
#[serde(default)]
pub struct InvitationForm {
    days: String,
    uses: String,
}

impl Default for InvitationForm {
    fn default() -> Self {
        Self { days: "7".to_owned(), uses: "1".to_owned() }
    }
}

/// `POST /admin/invitations`: the page that follows shows the link, once.
pub async fn invite(
    State(site): State<Site>,
    Administrator(member): Administrator,
    OriginalUri(uri): OriginalUri,
    Form(typed): Form<InvitationForm>,
) -> Result<Response, Error> {
    let mut errors = FieldErrors::default();
    let days = typed.days.trim().parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
    let uses = typed.uses.trim().parse().ok().filter(|uses| (1..=MOST_USES).contains(uses));
    let days = errors.check("days", days.ok_or(format!("Give a number of days from 1 to {MOST_DAYS}.")));
    let uses = errors.check("uses", uses.ok_or(format!("Give a number of people from 1 to {MOST_USES}.")));
    let Some((days, uses)) = days.zip(uses) else {
        return Ok(forms::refused(page(&site, &member, &uri, typed, errors).await?));
    };
    let (person, now_s) = (member.id, site.clock().seconds());
    let token = site
        .db()
        .commit(move |db| Box::pin(invitation::create(db, person, uses, (now_s, now_s + days * DAY_S))))
        .await?;
    let link = site.absolute(&format!("/signup?invitation={token}"));
    site.notices().leave(member.session, Notice::NewInvitation { link });
    Ok(Redirect::to("/admin").into_response())
}

/// `POST /admin/invitations/{id}/revoke`
pub async fn revoke_invitation(
    State(site): State<Site>,
    Administrator(member): Administrator,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let now_s = site.clock().seconds();
    if !site.db().commit(move |db| Box::pin(invitation::revoke(db, id, now_s))).await? {
        return Err(Error::NotFound);
    }
    Ok(done(&site, &member, "The invitation lets nobody in any more."))
}

/// `POST /admin/reports/{id}/settle`
pub async fn settle_report(
    State(site): State<Site>,
    Administrator(member): Administrator,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let now_s = site.clock().seconds();
    if !site.db().commit(move |db| Box::pin(reports::settle(db, id, now_s))).await? {
        return Err(Error::NotFound);
    }
    Ok(done(&site, &member, "The report is settled."))
}

fn done(site: &Site, member: &Member, what: &str) -> Response {
    site.notices().leave(member.session, Notice::Done(what.to_owned()));
    Redirect::to("/admin").into_response()
}

async fn page(
    site: &Site,
    member: &Member,
    uri: &Uri,
    typed: InvitationForm,
    errors: FieldErrors,
) -> Result<AdminPage, Error> {
    let now_s = site.clock().seconds();
    let moment = |at_s| Moment { at_s, now_s };
    let mut db = site.reader().await?;
    let invitations = invitation::list(&mut db, now_s).await?;
    let reports = reports::open(&mut db).await?;
    let title = if errors.is_empty() { "Administration" } else { "Error: administration" };
    let mut shell = Shell::unlisted(site, &member.viewer, Nav::Admin, title, uri);
    shell.back = "/admin".to_owned();
    Ok(AdminPage {
        shell,
        notice: None,
        errors,
        policy: SitePolicy::load(&mut db).await?,
        members: members::list(&mut db, "", (0, 0)).await?.1,
        guests: members::count_guests(&mut db).await?,
        invitations: invitations
            .into_iter()
            .map(|invitation| InvitationRow { expires: moment(invitation.expires_at_s), invitation })
            .collect(),
        problems: problems::stored(&mut db).await?,
        reports: reports.into_iter().map(|report| ReportRow { at: moment(report.at_s), report }).collect(),
        days: typed.days,
        uses: typed.uses,
        most_days: MOST_DAYS,
        most_uses: MOST_USES,
    })
}
