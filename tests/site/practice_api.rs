//! A person's practice over the API, and as a document that is read back.

use axum::http::StatusCode;
use dryrun::accounts::{Newcomer, PersonName, api_token, members};
use dryrun::ids::PersonId;
use dryrun::practice::export::{self, Export};
use dryrun::practice::import::{self, Document};
use serde_json::{Value, json};

use crate::program::{dryrun as program, run};
use crate::test_site::{Answer, TestSite, request};

/// A member with a token.
struct Member<'s> {
    site: &'s TestSite,
    id: PersonId,
    token: String,
}

impl<'s> Member<'s> {
    async fn join(site: &'s TestSite, name: &str) -> Self {
        let name: PersonName = name.parse().expect("a name");
        let password = members::hash_chosen("correct horse battery", &name).await.expect("a good password");
        let newcomer = Newcomer { guest: None, name, password };
        let now_s = site.clock().seconds();
        let id = site
            .db()
            .commit(move |db| Box::pin(members::enter(db, newcomer, now_s)))
            .await
            .expect("a member");
        let made = site.db().commit(move |db| Box::pin(api_token::create(db, id, "laptop", now_s)));
        let token: dryrun::accounts::Token = made.await.expect("a token");
        Self { site, id, token: token.to_string() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.site.get_with(path, &[("authorization", &format!("Bearer {}", self.token))]).await
    }

    async fn review(&self, review: &Value) -> Answer {
        let headers = [
            ("authorization", format!("Bearer {}", self.token)),
            ("content-type", "application/json".to_owned()),
        ];
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.site.send(request("POST", "/api/v1/me/reviews", &headers, review.to_string().into())).await
    }
}

#[tokio::test]
async fn a_review_counts_once_and_a_replay_gets_the_first_answer_again() {
    let site = TestSite::start().await;
    let ada = Member::join(&site, "Ada").await;
    let review = json!({"question": "api-gateway-lambda", "grade": 3, "client_id": "7d9f1c9e-6a1b-4d9c-8a57-1f0e2d3c4b5a"});
    let first = ada.review(&review).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    let first = first.json();
    assert_eq!(first["question"], "api-gateway-lambda");
    assert_eq!(first["reviewed_at"], "2026-11-22T12:00:00Z");
    assert_eq!(first["due"], "2026-11-24", "FSRS-6's first Good comes back after two days");
    assert!((first["stability"].as_f64().unwrap() - 2.3065).abs() < 1e-4, "{first}");

    site.clock().advance(60);
    let mut again = review.clone();
    again["grade"] = json!(1);
    assert_eq!(ada.review(&again).await.json(), first, "whatever it says the second time");
    assert_eq!(site.number("select count(*) from review_log").await, 1);

    let due = ada.get("/api/v1/me/due").await.json();
    assert_eq!((due["due"].as_array().unwrap().len(), &due["new"]), (0, &json!(9)));
    site.clock().advance(2 * 24 * 60 * 60);
    let due = ada.get("/api/v1/me/due").await.json();
    assert_eq!(due["due"][0]["question"], "api-gateway-lambda");
    let progress = ada.get("/api/v1/me/progress").await.json();
    assert_eq!(
        (&progress["learning"], &progress["due"], &progress["new"]),
        (&json!(1), &json!(1), &json!(site.total().await - 1))
    );
}

#[tokio::test]
async fn a_grade_that_was_kept_offline_counts_for_its_own_moment() {
    let site = TestSite::start().await;
    let ada = Member::join(&site, "Ada").await;
    let review = |n: u32, grade: u8, at: &str| json!({"question": "vpc-core-components", "grade": grade, "client_id": format!("offline-{n}"), "reviewed_at": at});
    ada.review(&review(1, 3, "2026-11-10T12:00:00Z")).await;
    let on_line = ada.review(&review(3, 3, "2026-11-20T12:00:00Z")).await.json();
    let late = ada.review(&review(2, 1, "2026-11-12T12:00:00Z")).await;
    assert_eq!(late.status, StatusCode::OK, "{}", late.text());
    let whole: Vec<i64> = sqlx::query_scalar("select id from review_log order by at_s")
        .fetch_all(&mut *site.db().reader().await.unwrap())
        .await
        .unwrap();
    assert_eq!(whole, [1, 3, 2], "the late one stands where it belongs");
    let person = ada.id;
    let before = site.number("select cast(stability * 1000 as integer) from cards").await;
    site.db().commit(move |db| Box::pin(dryrun::practice::store::rebuild(db, person))).await.unwrap();
    assert_eq!(site.number("select cast(stability * 1000 as integer) from cards").await, before);
    assert!(
        (before as f64 / 1000.0 - on_line["stability"].as_f64().unwrap()).abs() > 0.1,
        "the lapse between counts"
    );
}

#[tokio::test]
async fn a_review_that_makes_no_sense_is_told_and_kept_by_nobody() {
    let site = TestSite::start().await;
    let ada = Member::join(&site, "Ada").await;
    for (review, status, words) in [
        (
            json!({"question": "api-gateway-lambda", "grade": 5, "client_id": "12345678"}),
            400,
            "a grade is 1 (Again)",
        ),
        (
            json!({"question": "api-gateway-lambda", "grade": 3, "client_id": "x"}),
            400,
            "a client_id has 8 to 64",
        ),
        (json!({"question": "api-gateway-lambda", "client_id": "12345678"}), 400, "missing field `grade`"),
        (json!({"question": "nowhere", "grade": 3, "client_id": "12345678"}), 404, ""),
        (
            json!({"question": "api-gateway-lambda", "grade": 3, "client_id": "12345678", "reviewed_at": "2027-01-01T00:00:00Z"}),
            400,
            "between 1970 and now",
        ),
    ] {
        let answer = ada.review(&review).await;
        assert_eq!(answer.status.as_u16(), status, "{review}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    let nobody = site.get("/api/v1/me/due").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.number("select count(*) from review_log").await, 0);
}

#[tokio::test]
async fn an_export_read_back_gives_the_same_state_however_often() {
    let site = TestSite::start().await;
    let ada = Member::join(&site, "Ada").await;
    for n in 0..12 {
        let questions = ["api-gateway-lambda", "vpc-core-components", "shared-responsibility-model"];
        let review = json!({"question": questions[n % 3], "grade": n % 4 + 1, "client_id": format!("review-{n}"), "answer_ms": 1000 * n});
        assert_eq!(ada.review(&review).await.status, StatusCode::OK);
        site.clock().advance(24 * 60 * 60);
    }
    site.behind_its_back("update people set time_zone = 'Europe/Berlin', new_per_day = 7, rest_day = 6; insert into bookmarks values (1, 1, 5); insert into notes values (1, 2, 'Mind the **gap**, \"quoted\".', 6); insert into ticked_steps values (1, 3, 'build', 7)").await;
    let undone = sqlx::query_scalar::<_, i64>("select id from review_log order by id desc limit 1")
        .fetch_one(&mut *site.db().reader().await.unwrap())
        .await
        .unwrap();
    let person = ada.id;
    let question = dryrun::ids::QuestionNumber(
        site.number("select question from review_log order by id desc limit 1").await,
    );
    let now = site.clock().now();
    site.db()
        .commit(move |db| {
            Box::pin(async move {
                let action = dryrun::practice::Action::Undo { event: dryrun::ids::EventId(undone) };
                let request = dryrun::practice::Request {
                    question,
                    action,
                    client_id: "undo-it-now".parse().unwrap(),
                    at: now,
                };
                dryrun::practice::record(db, person, &request).await
            })
        })
        .await
        .expect("taken back");

    let read = async |person: PersonId| {
        export::export(&mut site.db().reader().await.unwrap(), person, now).await.unwrap()
    };
    let exported = read(ada.id).await;
    assert_eq!(exported.reviews.len(), 12, "every review once, the undone one too");
    assert_eq!(export::to_csv(&exported).lines().count(), 13);
    assert_eq!(export::to_csv(&exported).matches(",true,").count(), 1);
    let document = serde_json::to_vec(&exported).unwrap();

    let bob = Member::join(&site, "Bob").await;
    let parse = || Document::Practice(Box::new(Export::parse(&document).expect("a document")));
    let (bob_id, parsed) = (bob.id, parse());
    let imported = site
        .db()
        .commit(move |db| Box::pin(async move { import::import(db, bob_id, &parsed, now).await }))
        .await
        .expect("read in");
    assert_eq!((imported.added, imported.known, imported.unknown_questions), (13, 0, 0));
    assert_eq!(read(bob.id).await, exported);
    let different = site.number("select count(*) from cards a left join cards b on b.person = 2 and b.question = a.question and b.stability = a.stability and b.difficulty = a.difficulty and b.due_day = a.due_day and b.grades = a.grades and b.lapses = a.lapses where a.person = 1 and b.person is null").await;
    assert_eq!(different, 0, "the cards are the same to the last bit");

    let parsed = parse();
    let again = site
        .db()
        .commit(move |db| Box::pin(async move { import::import(db, bob_id, &parsed, now).await }))
        .await
        .expect("read in");
    assert_eq!((again.added, again.known), (0, 13));
    assert_eq!(read(bob.id).await, exported);
}

#[tokio::test]
async fn the_terminal_makes_the_cards_anew_while_the_site_runs() {
    let site = TestSite::start().await;
    let ada = Member::join(&site, "Ada").await;
    let review = json!({"question": "vpc-core-components", "grade": 4, "client_id": "once-and-for-all"});
    assert_eq!(ada.review(&review).await.status, StatusCode::OK);
    let due = site.number("select due_day from cards").await;
    site.behind_its_back("update cards set due_day = 1, stability = 1, grades = 7").await;
    let data = site.database_file().parent().expect("a folder").to_owned();
    let ended = run(program(&data).args(["rebuild", "--data-dir"]).arg(&data));
    assert_eq!(
        (ended.status.code(), ended.stdout.as_str()),
        (Some(0), "The cards of 1 person are made anew.\n"),
        "{}",
        ended.stderr
    );
    assert_eq!(site.number("select due_day from cards where grades = 1").await, due);
}

#[tokio::test]
async fn a_document_that_is_none_changes_nothing() {
    for (json, words) in [
        ("not json", "this is no export of Dryrun"),
        ("{\"format\": \"anki\", \"version\": 1}", "its format is “anki”"),
        ("{\"format\": \"dryrun-practice\", \"version\": 99}", "written by a newer Dryrun"),
        ("{\"format\": \"dryrun-practice\", \"version\": 1}", "the export is damaged: missing field"),
    ] {
        let error = Export::parse(json.as_bytes()).expect_err(json).to_string();
        assert!(error.contains(words), "{error}");
    }
    let site = TestSite::start().await;
    let ada = Member::join(&site, "Ada").await;
    let review = json!({"question": "vpc-core-components", "grade": 4, "client_id": "the-only-one"});
    ada.review(&review).await;
    let whole =
        export::export(&mut site.db().reader().await.unwrap(), ada.id, site.clock().now()).await.unwrap();
    let impossible: [fn(&mut Export); 3] = [
        |document| document.reviews[0].day.0 = i32::MAX,
        |document| document.reviews[0].client_id = "x".to_owned(),
        |document| document.settings.interview_on = Some("soon".to_owned()),
    ];
    for spoil in impossible {
        let bob = Member::join(&site, &format!("Bob {}", site.number("select count(*) from people").await))
            .await
            .id;
        let mut document = whole.clone();
        spoil(&mut document);
        let (document, now) = (Document::Practice(Box::new(document)), site.clock().now());
        let read = site
            .db()
            .commit(move |db| Box::pin(async move { import::import(db, bob, &document, now).await }));
        let error = read.await.expect_err("refused").to_string();
        assert!(error.contains("the export is damaged"), "{error}");
    }
    assert_eq!(site.number("select count(*) from review_log").await, 1);

    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("odd.json");
    std::fs::write(&file, "[]").expect("a file");
    let ended = run(program(home.path()).args(["import", "--user", "Ada", "odd.json"]));
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.only_line().contains("odd.json: this is no export of Dryrun"), "{}", ended.stderr);
    let ended = run(program(home.path()).args(["export", "--user", "Ada"]));
    assert!(ended.only_line().contains("nobody is called Ada"), "{}", ended.stderr);
}
