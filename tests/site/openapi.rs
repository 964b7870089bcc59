//! `/api/v1/openapi.json`: that it tells the truth.

use std::collections::BTreeSet;

use axum::Router;
use serde_json::Value;

use crate::bank;
use crate::browser_session::Visitor;
use crate::schema::mismatches;
use crate::test_site::{TestSite, request};

/// The paths of a router. It tells them only in its debug form; when that changes, this finds nothing and says so.
pub fn routes(router: &Router) -> Vec<String> {
    let debug = format!("{router:?}");
    let mut found: BTreeSet<String> = BTreeSet::new();
    for part in debug.split("RouteId(").skip(1) {
        let path = part.split_once("): \"").and_then(|(number, rest)| {
            number.bytes().all(|byte| byte.is_ascii_digit()).then(|| rest.split('"').next()).flatten()
        });
        found.extend(
            path.filter(|path| path.starts_with('/') && !path.contains("__private")).map(str::to_owned),
        );
    }
    // what answers below /api/v1 when no route does stands among the paths as well
    found.remove("/api/v1");
    assert!(found.contains("/") && found.len() > 10, "the router tells its paths: {debug}");
    found.into_iter().collect()
}

async fn document(site: &TestSite) -> Value {
    site.json("/api/v1/openapi.json").await
}

#[tokio::test]
async fn the_document_names_these_paths() {
    let site = TestSite::start().await;
    let document = document(&site).await;
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.")));
    assert_eq!(document["servers"][0]["url"], "/api/v1");
    let mut lines = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
            let parameters: Vec<_> =
                parameters.iter().filter_map(|parameter| parameter["name"].as_str()).collect();
            let statuses: Vec<_> =
                operation["responses"].as_object().expect("responses").keys().cloned().collect();
            lines.push(format!("{method} {path} ({}) {}", parameters.join(" "), statuses.join(" ")));
            assert!(
                operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()),
                "{path} is described"
            );
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    post /interviews () 200 201 400 401 409
    get /interviews/{id} (id) 200 401 404
    post /interviews/{id}/answers (id) 200 400 401 404 409
    post /interviews/{id}/finish (id) 200 401 404 409
    get /interviews/{id}/report (id) 200 401 404 409
    get /me () 200 401
    get /me/due () 200 401
    get /me/progress () 200 401
    post /me/reviews () 200 400 401 404
    get /questions (q topic level kind tag status sort page) 200 400
    get /questions/{id} (id) 200 404 423
    get /search (q limit unfinished page) 200
    get /topics () 200
    ");
}

#[tokio::test]
async fn every_route_of_the_api_is_documented() {
    let site = TestSite::start().await;
    let document = document(&site).await;
    let documented = document["paths"].as_object().expect("paths");
    let routes = routes(site.router());
    let of_api: Vec<&str> = routes.iter().filter_map(|route| route.strip_prefix("/api/v1")).collect();
    assert!(of_api.len() >= 5, "{routes:?}");
    for route in of_api {
        assert!(route == "/openapi.json" || documented.contains_key(route), "{route} is not documented");
    }
}

#[tokio::test]
async fn every_documented_path_answers_as_documented() {
    let site = TestSite::start().await;
    let document = document(&site).await;
    let mut requests: Vec<(&str, String)> = vec![
        ("/topics", "/topics".to_owned()),
        ("/questions", "/questions".to_owned()),
        ("/questions", "/questions?topic=networking&level=beginner&sort=title&page=1".to_owned()),
        ("/questions", "/questions?topic=nowhere".to_owned()),
        ("/questions", "/questions?q=gateway".to_owned()),
        ("/questions", "/questions?kind=essay".to_owned()),
        ("/questions/{id}", "/questions/nowhere".to_owned()),
        ("/search", "/search".to_owned()),
        ("/search", "/search?q=nat+gateway&limit=3".to_owned()),
        ("/search", "/search?q=natt+gatewway&page=1".to_owned()),
        ("/search", "/search?q=level%3Aexpert".to_owned()),
        ("/me", "/me".to_owned()),
        ("/me/due", "/me/due".to_owned()),
        ("/me/progress", "/me/progress".to_owned()),
    ];
    requests.extend(
        bank::questions().iter().map(|question| ("/questions/{id}", format!("/questions/{}", question.id))),
    );
    let ada = Visitor::member(&site, "Ada").await;
    let token = ada.submit("/account/tokens", &[("label", "script")]).await.text("code.secret");
    let bearer = format!("Bearer {token}");
    let mut asked = BTreeSet::new();
    let exam = exam(&site, &bearer).await;
    let interview = "/interviews/{id}";
    let report = "/interviews/{id}/report";
    let mut requests: Vec<(&str, String, bool)> =
        requests.into_iter().map(|(path, target)| (path, target, false)).collect();
    let mine = documented_for_tokens(&document).into_iter().filter(|path| !path.contains("{id}"));
    requests.extend(mine.map(|path| (path, path.to_owned(), true)));
    requests.extend([
        (interview, format!("/interviews/{}", exam["id"]), true),
        (interview, format!("/interviews/{}", exam["id"]), false),
        (interview, "/interviews/99".to_owned(), true),
        (report, format!("/interviews/{}/report", exam["id"]), true),
        (report, format!("/interviews/{}/report", exam["id"]), false),
        (report, "/interviews/99/report".to_owned(), true),
        (
            "/questions/{id}",
            format!("/questions/{}", exam["rounds"][0]["question"].as_str().expect("an id")),
            true,
        ),
        (report, format!("/interviews/{FINISHED}/report"), true),
    ]);
    for (path, target, with_token) in requests {
        let headers = [("authorization", bearer.as_str())];
        let headers = if with_token { &headers[..] } else { &[] };
        let answer = site.get_with(&format!("/api/v1{target}"), headers).await;
        let response = &document["paths"][path]["get"]["responses"][answer.status.as_str()];
        assert!(response.is_object(), "{target}: {} is documented", answer.status);
        let (content_type, media) =
            response["content"].as_object().and_then(|content| content.iter().next()).expect("a body");
        assert_eq!(answer.header("content-type"), content_type, "{target}");
        let wrong = mismatches(&document, &media["schema"], &answer.json());
        assert!(wrong.is_empty(), "{target}: {wrong:#?}");
        asked.insert((path.to_owned(), answer.status.as_str().to_owned()));
    }
    for (path, operations) in document["paths"].as_object().expect("paths") {
        // what is sent is the matter of other stories
        let Some(responses) = operations["get"]["responses"].as_object() else { continue };
        for status in responses.keys() {
            assert!(asked.contains(&(path.clone(), status.clone())), "{status} of {path} was asked for");
        }
    }
}

/// The first interview of the story.
const FINISHED: u32 = 1;

/// One interview that is over, and an exam that runs.
async fn exam(site: &TestSite, bearer: &str) -> Value {
    let headers = [("authorization", bearer), ("content-type", "application/json")];
    let send = async |path: &str, body: &'static str| {
        site.send(request("POST", &format!("/api/v1/interviews{path}"), &headers, body.into())).await
    };
    send("", r#"{"preset": "warm-up"}"#).await;
    assert_eq!(send(&format!("/{FINISHED}/finish"), "").await.status, 200);
    send("", r#"{"preset": "warm-up", "mode": "exam"}"#).await.json()
}

/// The paths whose GET needs a token.
fn documented_for_tokens(document: &Value) -> Vec<&str> {
    let paths = document["paths"].as_object().expect("paths").iter();
    paths
        .filter(|(_, operations)| operations["get"]["security"].is_array())
        .map(|(path, _)| path.as_str())
        .collect()
}

#[tokio::test]
async fn the_check_of_answers_finds_what_is_wrong() {
    let site = TestSite::start().await;
    let document = document(&site).await;
    let schema = serde_json::json!({"$ref": "#/components/schemas/Question"});
    let question = site.json("/api/v1/questions/api-gateway-lambda").await;
    assert_eq!(mismatches(&document, &schema, &question), [] as [&str; 0]);
    let broken = |pointer: &str, value: Value| {
        let mut question = question.clone();
        *question.pointer_mut(pointer).expect("it is there") = value;
        mismatches(&document, &schema, &question).join("\n")
    };
    assert!(broken("/level", "expert".into()).contains("$.level"));
    assert!(broken("/id", "Not a slug".into()).contains("$.id"));
    assert!(broken("/minutes", "4".into()).contains("$.minutes"));
    assert!(broken("/facts/0/checked", "soon".into()).contains("$.facts[0].checked"));
    assert!(
        broken("/key_points/0", serde_json::json!({"id": "a"})).contains("$.key_points[0]: say is missing")
    );
    assert!(broken("/quiz/0/options/0", serde_json::json!({"x": 1})).contains("x is not documented"));
    assert!(broken("/next", 7.into()).contains("$.next"));
}
