//! Who may do what: every route × everybody who could ask, in one table.
//!
//! A new route needs a line. What is refused changes nothing.

use std::collections::BTreeSet;

use axum::body::Body;
use dryrun::accounts::{api_token, invitation};

use crate::browser_session::Visitor;
use crate::openapi::routes;
use crate::test_site::{ADDRESS, Answer, TestSite, noon, request};

/// What somebody is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Status(u16),
    /// A redirect to this path, whatever its query.
    Sent(&'static str),
}
use Told::{Sent, Status};

/// Who asks, in the order of the table's columns. The member owns what paths name.
const ASKING: [&str; 6] = ["nobody", "guest", "member", "other member", "administrator", "API token"];
type Row = (&'static str, &'static str, &'static str, &'static str, [Told; 6]);

const fn everybody(told: Told) -> [Told; 6] {
    [told; 6]
}

/// Whoever is signed in has nothing to do there.
const fn outsiders(told: Told) -> [Told; 6] {
    [told, told, Sent("/"), Sent("/"), Sent("/"), told]
}

const fn members(told: Told) -> [Told; 6] {
    [Sent("/login"), Sent("/signup"), told, told, told, Sent("/login")]
}

const fn owner(told: Told) -> [Told; 6] {
    [Sent("/login"), Sent("/signup"), told, Status(404), Status(404), Sent("/login")]
}

const fn practising(told: Told) -> [Told; 6] {
    [Sent("/login"), told, told, told, told, Sent("/login")]
}

const fn administrators(told: Told) -> [Told; 6] {
    [Status(404), Status(404), Status(404), Status(404), told, Status(404)]
}

const fn tokens(told: Told) -> [Told; 6] {
    [Status(401), Status(401), Status(401), Status(401), Status(401), told]
}

/// Method, route, the path that is asked for (see [`Cast::fill`]), form, and what the six are told.
const TABLE: &[Row] = &[
    ("GET", "/", "/", "", everybody(Status(200))),
    ("GET", "/topics/{topic}", "/topics/networking", "", everybody(Status(200))),
    ("GET", "/questions", "/questions", "", everybody(Status(200))),
    ("GET", "/questions/{id}", "/questions/api-gateway-lambda", "", everybody(Status(200))),
    // who is nobody would become a guest, and a site with an administrator has none unless they say so
    (
        "POST",
        "/questions/{id}",
        "/questions/api-gateway-lambda",
        "bookmark=on",
        practising(Sent("/questions/api-gateway-lambda#you")),
    ),
    ("GET", "/practice", "/practice", "", practising(Status(200))),
    (
        "POST",
        "/practice",
        "/practice",
        "question=api-gateway-lambda&grade=3&client_id=authorization",
        practising(Sent("/practice")),
    ),
    (
        "POST",
        "/practice/searches",
        "/practice/searches",
        "name=Basics&query=level%3Dbeginner",
        practising(Sent("/practice")),
    ),
    ("GET", "/practice/settings", "/practice/settings", "", everybody(Status(200))),
    ("POST", "/practice/settings", "/practice/settings", "", everybody(Status(422))),
    ("GET", "/progress", "/progress", "", everybody(Status(200))),
    ("POST", "/progress/interview", "/progress/interview", "", practising(Sent("/progress"))),
    ("POST", "/practice/reveal", "/practice/reveal", "question=api-gateway-lambda", everybody(Status(200))),
    ("GET", "/search", "/search?q=vpc", "", everybody(Status(200))),
    ("GET", "/about", "/about", "", everybody(Status(200))),
    ("POST", "/preferences", "/preferences", "theme=dark", everybody(Sent("/"))),
    ("GET", "/feed.xml", "/feed.xml", "", everybody(Status(200))),
    ("GET", "/sitemap.xml", "/sitemap.xml", "", everybody(Status(200))),
    ("GET", "/robots.txt", "/robots.txt", "", everybody(Status(200))),
    ("GET", "/healthz", "/healthz", "", everybody(Status(200))),
    ("GET", "/readyz", "/readyz", "", everybody(Status(200))),
    ("GET", "/static/{*file}", "/static/nothing.css", "", everybody(Status(404))),
    ("GET", "/signup", "/signup", "", outsiders(Status(200))),
    ("POST", "/signup", "/signup", "name=Eve&password=a+quiet+lake+at+dawn", outsiders(Status(422))),
    ("GET", "/login", "/login", "", outsiders(Status(200))),
    ("POST", "/login", "/login", "name=Member&password=not+the+one", outsiders(Status(422))),
    ("POST", "/logout", "/logout", "", everybody(Sent("/"))),
    ("GET", "/setup/{token}", "/setup/{setup}", "", everybody(Status(404))),
    (
        "POST",
        "/setup/{token}",
        "/setup/{setup}",
        "name=Eve&password=a+quiet+lake+at+dawn",
        everybody(Status(404)),
    ),
    ("GET", "/account", "/account", "", members(Status(200))),
    ("GET", "/account/data", "/account/data", "", practising(Status(200))),
    ("GET", "/account/export", "/account/export", "", practising(Status(200))),
    ("POST", "/account/import", "/account/import", "file=none", practising(Status(422))),
    ("POST", "/account/sessions/{id}/end", "/account/sessions/{session}/end", "", owner(Sent("/account"))),
    (
        "POST",
        "/account/password",
        "/account/password",
        "current_password=a+quiet+lake+at+dawn&new_password=a+louder+lake+at+noon",
        members(Sent("/account")),
    ),
    ("POST", "/account/tokens", "/account/tokens", "label=script", members(Sent("/account"))),
    (
        "POST",
        "/account/tokens/{id}/revoke",
        "/account/tokens/{api-token}/revoke",
        "",
        owner(Sent("/account")),
    ),
    // each types the member's name; the others are not called that
    (
        "POST",
        "/account/delete",
        "/account/delete",
        "confirm=Member",
        [Sent("/login"), Sent("/signup"), Sent("/"), Status(422), Status(422), Sent("/login")],
    ),
    ("GET", "/admin", "/admin", "", administrators(Status(200))),
    ("POST", "/admin/policy", "/admin/policy", "sign_up=open&guests=on", administrators(Sent("/admin"))),
    ("POST", "/admin/invitations", "/admin/invitations", "days=7&uses=1", administrators(Sent("/admin"))),
    (
        "POST",
        "/admin/invitations/{id}/revoke",
        "/admin/invitations/{invitation}/revoke",
        "",
        administrators(Sent("/admin")),
    ),
    (
        "POST",
        "/admin/reports/{id}/settle",
        "/admin/reports/{report}/settle",
        "",
        administrators(Sent("/admin")),
    ),
    ("GET", "/admin/people", "/admin/people", "", administrators(Status(200))),
    (
        "POST",
        "/admin/people/{id}/make-administrator",
        "/admin/people/{other}/make-administrator",
        "",
        administrators(Sent("/admin/people")),
    ),
    ("GET", "/admin/people/{id}/delete", "/admin/people/{other}/delete", "", administrators(Status(200))),
    (
        "POST",
        "/admin/people/{id}/delete",
        "/admin/people/{other}/delete",
        "confirm=Other",
        administrators(Sent("/admin/people")),
    ),
    ("GET", "/api/v1/topics", "/api/v1/topics", "", everybody(Status(200))),
    ("GET", "/api/v1/questions", "/api/v1/questions", "", everybody(Status(200))),
    ("GET", "/api/v1/questions/{id}", "/api/v1/questions/api-gateway-lambda", "", everybody(Status(200))),
    ("GET", "/api/v1/search", "/api/v1/search?q=vpc", "", everybody(Status(200))),
    ("GET", "/api/v1/openapi.json", "/api/v1/openapi.json", "", everybody(Status(200))),
    ("GET", "/api/v1/me", "/api/v1/me", "", tokens(Status(200))),
    ("GET", "/api/v1/me/due", "/api/v1/me/due", "", tokens(Status(200))),
    ("GET", "/api/v1/me/progress", "/api/v1/me/progress", "", tokens(Status(200))),
    // a form is no JSON; but who shows no token does not come that far
    ("POST", "/api/v1/me/reviews", "/api/v1/me/reviews", "", tokens(Status(400))),
    ("GET", "/metrics", "/metrics", "", everybody(Status(200))),
];

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let (shared, cast) = gather().await;
    for row @ (method, ..) in TABLE {
        if *method == "GET" {
            hold(&shared, &cast, row).await;
        } else {
            // what is done here must not be missing in the next line
            let (site, cast) = gather().await;
            hold(&site, &cast, row).await;
        }
    }
}

async fn hold(site: &TestSite, cast: &Cast, (method, route, path, form, expected): &Row) {
    let path = cast.fill(path);
    // whoever may do it last: what paths name may be gone afterwards
    for asking in [0, 1, 5, 3, 4, 2] {
        let who = ASKING[asking];
        let before = state(site).await;
        let answer = ask(site, cast, asking, method, &path, form).await;
        let told = match answer.status.as_u16() {
            303 => {
                let location = answer.header("location");
                let location = location.split('?').next().unwrap_or_default();
                assert!(
                    matches!(expected[asking], Sent(path) if path == location),
                    "{who} at {method} {route} is sent to {location}, not {:?}",
                    expected[asking]
                );
                expected[asking]
            }
            status => Status(status),
        };
        assert_eq!(told, expected[asking], "{who} at {method} {route}");
        let refused = matches!(told, Status(400..) | Sent("/login" | "/signup"));
        if refused || *method == "GET" {
            assert_eq!(state(site).await, before, "{who} at {method} {route} changed something");
        }
    }
}

async fn ask(site: &TestSite, cast: &Cast, asking: usize, method: &str, path: &str, form: &str) -> Answer {
    let mut headers = vec![
        ("origin", ADDRESS),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let cookie = cast.sessions[asking].as_ref().map(|token| format!("session={token}"));
    headers.extend(cookie.as_deref().map(|cookie| ("cookie", cookie)));
    let bearer = format!("Bearer {}", cast.api_token);
    if ASKING[asking] == "API token" {
        headers.push(("authorization", &bearer));
    }
    site.send(request(method, path, &headers, Body::from(form.to_owned()))).await
}

#[tokio::test]
async fn the_table_has_every_route_of_the_router() {
    let site = TestSite::start().await;
    let mut routed = BTreeSet::new();
    for route in routes(site.router()) {
        // any path of the shape will do: no handler sees this method
        let path: String = route
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let answer = site.send(request("PURGE", &path, &[], Body::empty())).await;
        assert_eq!(answer.status, 405, "{route}");
        let methods = answer.header("allow").split(',').map(str::trim);
        routed.extend(
            methods.filter(|method| *method != "HEAD").map(|method| (method.to_owned(), route.clone())),
        );
    }
    let listed: BTreeSet<(String, String)> =
        TABLE.iter().map(|(method, route, ..)| ((*method).to_owned(), (*route).to_owned())).collect();
    assert_eq!(listed, routed, "the table above (left) has a line for every route (right)");
    assert_eq!(listed.len(), TABLE.len(), "one line each");
}

/// The people of the table and what paths name.
struct Cast {
    /// In the order of [`ASKING`].
    sessions: [Option<String>; 6],
    api_token: String,
    named: Vec<(&'static str, String)>,
}

impl Cast {
    /// `{session}` and `{api-token}` are the member's own, and so on.
    fn fill(&self, path: &str) -> String {
        self.named
            .iter()
            .fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
    }
}

async fn gather() -> (TestSite, Cast) {
    let site = TestSite::start().await;
    let link = site.site().setup_link().await.expect("a query").expect("a link");
    let setup = link.rsplit('/').next().expect("a token").to_owned();
    let guest = Visitor::guest(&site).await;
    let administrator = Visitor::administrator(&site, "Administrator").await;
    let other = Visitor::member(&site, "Other").await;
    let member = Visitor::member(&site, "Member").await;
    // a second session, so that ending it signs nobody out who is asking
    member_signs_in_again(&site).await;
    let (id, by) = (member.person().await, administrator.person().await);
    let now_s = noon().as_second();
    let api_token = site.db().commit(move |db| {
        Box::pin(async move {
            invitation::create(&mut *db, by, 1, (now_s, now_s + 1000)).await?;
            api_token::create(db, id, "script", now_s).await
        })
    });
    let api_token = api_token.await.expect("a token").to_string();
    site.behind_its_back(
        "insert into problem_reports (person, question, text, at_s)
         select id, 1, 'wrong', 0 from people where name = 'Member'",
    )
    .await;
    let session = site
        .number("select max(s.id) from sign_ins s join people p on p.id = s.person where p.name = 'Member'")
        .await;
    let named = vec![
        ("setup", setup),
        ("other", other.person().await.0.to_string()),
        ("session", session.to_string()),
        ("api-token", site.number("select id from api_tokens").await.to_string()),
        ("invitation", site.number("select id from invitations").await.to_string()),
        ("report", site.number("select id from problem_reports").await.to_string()),
    ];
    let sessions = [
        None,
        guest.cookie("session"),
        member.cookie("session"),
        other.cookie("session"),
        administrator.cookie("session"),
        None,
    ];
    (site, Cast { sessions, api_token, named })
}

async fn member_signs_in_again(site: &TestSite) {
    let form = [("name", "Member"), ("password", crate::browser_session::PASSWORD)];
    Visitor::new(site).submit("/login", &form).await;
}

/// A number that changes with whatever a request could change.
async fn state(site: &TestSite) -> i64 {
    site.number(
        "select (select count(*) + sum(is_admin) * 7 from people) + (select count(*) from sign_ins) * 100
              + (select count(*) from api_tokens) * 10000 + (select count(*) from invitations) * 1000000
              + (select count(revoked_at_s) from invitations) * 100000000
              + (select count(settled_at_s) from problem_reports) * 1000000000
              + (select count(*) from site_settings) * 10000000000
              + ((select count(*) from review_log) + (select count(*) from bookmarks)) * 100000000000",
    )
    .await
}
