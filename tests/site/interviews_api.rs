//! A mock interview by its API, also through a killed server.

use std::time::Duration;

use dryrun::accounts::{Token, api_token};
use serde_json::{Value, json};

use crate::browser_session::create_member;
use crate::program::{Program, dryrun, run};
use crate::test_site::{Answer, TestSite, request};

struct Client<'s> {
    site: &'s TestSite,
    bearer: String,
}

impl<'s> Client<'s> {
    async fn of(site: &'s TestSite, name: &str) -> Self {
        let (id, now_s) = (create_member(site, name).await, site.clock().seconds());
        let made = site.db().commit(move |db| Box::pin(api_token::create(db, id, "script", now_s)));
        let token: Token = made.await.expect("a token");
        Self { site, bearer: format!("Bearer {token}") }
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        let headers = [("authorization", self.bearer.as_str()), ("content-type", "application/json")];
        self.site
            .send(request("POST", &format!("/api/v1/interviews{path}"), &headers, body.to_string().into()))
            .await
    }

    async fn get(&self, path: &str) -> Answer {
        self.site.get_with(&format!("/api/v1{path}"), &[("authorization", &self.bearer)]).await
    }

    async fn answer(&self, id: &Value, round: u32, text: &str, client_id: &str) -> Answer {
        self.post(&format!("/{id}/answers"), json!({"round": round, "text": text, "client_id": client_id}))
            .await
    }
}

fn states(interview: &Value) -> Vec<&str> {
    interview["rounds"]
        .as_array()
        .expect("rounds")
        .iter()
        .map(|round| round["state"].as_str().expect("a state"))
        .collect()
}

#[tokio::test]
async fn an_exam_is_sat_round_by_round() {
    let site = TestSite::start().await;
    let ada = Client::of(&site, "Ada").await;
    let wish = json!({"topics": ["networking"], "questions": 2, "minutes": 8, "mode": "exam", "seed": 11});
    let made = ada.post("", wish.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let exam = made.json();
    let id = &exam["id"];
    assert_eq!(
        (&exam["state"], &exam["mode"], &exam["seed"]),
        (&json!("running"), &json!("exam"), &json!(11))
    );
    assert_eq!(exam["seconds_left"], 480);
    assert_eq!(states(&exam), ["open", "upcoming"]);
    assert!(exam["rounds"][0]["question"].is_string() && exam["rounds"][0]["prompt"].is_string());
    assert!(exam["rounds"][1]["question"].is_null() && exam["rounds"][1]["prompt"].is_null());
    assert_eq!(ada.get(&format!("/interviews/{id}/report")).await.status, 409);
    assert_eq!(ada.answer(id, 2, "too early", "answer-too-early").await.status, 409);
    let hidden =
        ada.get(&format!("/questions/{}", exam["rounds"][0]["question"].as_str().expect("an id"))).await;
    assert_eq!(hidden.status, 423);

    // the clock is the server's, and the same request finds the same exam
    site.clock().advance(30);
    let again = ada.post("", wish).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["id"], &again.json()["seconds_left"]),
        (200, id, &json!(450))
    );
    let other = ada.post("", json!({"preset": "warm-up"})).await;
    assert_eq!(other.status, 409);
    assert!(other.json()["detail"].as_str().expect("a sentence").contains(&format!("Interview {id}")));

    let words = "Word for word: “NAT”,\n  äöü & <tags>.";
    let first = ada.answer(id, 1, words, "first-answer").await;
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(states(&first.json())[0], "probing");
    let probe = first.json()["rounds"][0]["prompt"].clone();
    assert_ne!(probe, exam["rounds"][0]["prompt"]);
    // sent again it changes nothing; another id is the answer to the probe
    assert_eq!(
        ada.answer(id, 1, "something else", "first-answer").await.json()["rounds"][0]["prompt"],
        probe
    );
    assert_eq!(ada.answer(id, 1, "About the probe.", "second-answer").await.status, 200);
    // going on to the next question leaves the other probes
    let skipped =
        ada.post(&format!("/{id}/answers"), json!({"round": 2, "text": "Two", "client_id": "x"})).await;
    assert_eq!(skipped.status, 400, "no id that a client may give");

    let ended = ada.post(&format!("/{id}/finish"), json!({})).await;
    assert_eq!(ended.json()["state"], "finished");
    assert_eq!(ada.answer(id, 2, "too late", "late-answer").await.status, 409);
    assert_eq!(ada.post(&format!("/{id}/finish"), json!({})).await.status, 409);
    let report = ada.get(&format!("/interviews/{id}/report")).await.json();
    assert_eq!(report["rounds"][0]["answers"][0]["text"], words);
    assert_eq!(report["rounds"][0]["answers"][1]["text"], "About the probe.");
    assert_eq!(report["rounds"][0]["answers"][1]["asked"], probe);
    assert!(!report["advice"].as_array().expect("advice").is_empty());

    let grace = Client::of(&site, "Grace").await;
    assert_eq!(grace.get(&format!("/interviews/{id}")).await.status, 404, "somebody else's");
}

#[tokio::test]
async fn a_preset_in_practice_shows_all_its_questions_and_time_ends_it() {
    let site = TestSite::start().await;
    let ada = Client::of(&site, "Ada").await;
    for preset in
        ["serverless-screen", "networking", "solutions-architect", "devops-engineer", "warm-up", "weakest"]
    {
        let made = ada.post("", json!({"preset": preset, "mode": "practice", "seed": 3})).await;
        assert_eq!(made.status, 201, "{preset}: {}", made.text());
        let interview = made.json();
        let rounds = interview["rounds"].as_array().expect("rounds");
        assert!(!rounds.is_empty() && rounds.iter().all(|round| round["prompt"].is_string()), "{preset}");
        assert_eq!(ada.post(&format!("/{}/finish", interview["id"]), json!({})).await.status, 200);
    }
    for wrong in [
        json!({"preset": "nothing"}),
        json!({"preset": "warm-up", "questions": 3}),
        json!({"topics": ["cooking!"]}),
        json!({"questions": 0}),
        json!({"mode": "relaxed"}),
        json!({"seed": -1}),
        json!({"surprise": true}),
    ] {
        assert_eq!(ada.post("", wrong.clone()).await.status, 400, "{wrong}");
    }

    let interview = ada.post("", json!({"preset": "warm-up", "mode": "practice"})).await.json();
    let id = &interview["id"];
    ada.answer(id, 1, "What I know.", "first-answer").await;
    site.clock().advance(11 * 60);
    assert_eq!(ada.answer(id, 1, "Too late.", "second-answer").await.status, 409);
    let now = ada.get(&format!("/interviews/{id}")).await.json();
    assert_eq!((&now["state"], &now["seconds_left"]), (&json!("finished"), &json!(0)));
    let report = ada.get(&format!("/interviews/{id}/report")).await.json();
    assert_eq!(report["rounds"][0]["answers"][0]["text"], "What I know.");
    assert!(!report.to_string().contains("Too late."));
}

/// The real program, killed in the middle.
#[tokio::test]
async fn a_killed_server_loses_nothing_of_an_interview_and_stops_no_clock() {
    let mut program = Program::start(|_| {}).await;
    let create =
        run(dryrun(program.home()).args(["user", "create", "ada", "--password-stdin"]).stdin(password()));
    assert!(create.status.success(), "{}", create.stderr);
    let token = run(dryrun(program.home()).args(["user", "token", "ada"]));
    let token = token.stdout.lines().last().expect("a token").to_owned();
    let client = reqwest::Client::new();
    let send = async |socket: &str, path: &str, body: Option<Value>| {
        let url = format!("http://{socket}/api/v1/interviews{path}");
        let request = match body {
            Some(body) => client.post(url).json(&body),
            None => client.get(url),
        };
        let answer = request.bearer_auth(&token).send().await.expect("an answer");
        answer.json::<Value>().await.expect("JSON")
    };
    let made = send(program.socket(), "", Some(json!({"preset": "networking", "mode": "exam"}))).await;
    let (id, left) = (made["id"].clone(), made["seconds_left"].as_u64().expect("a number"));
    let answer = json!({"round": 1, "text": "Confirmed before the crash.", "client_id": "before-the-crash"});
    let answered = send(program.socket(), &format!("/{id}/answers"), Some(answer)).await;
    assert_ne!(states(&answered)[0], "open");

    program.signal("KILL");
    let (_, home) = program.ended();
    program = Program::start_in(home, |_| {});
    // the real clock has to move before it can be seen that it does
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let after = send(program.socket(), &format!("/{id}"), None).await;
    assert_eq!(states(&after), states(&answered));
    assert_eq!(after["rounds"], answered["rounds"]);
    let left_now = after["seconds_left"].as_u64().expect("a number");
    assert!(left_now < left && left_now + 300 > left, "{left_now} of {left}");
    send(program.socket(), &format!("/{id}/finish"), Some(json!({}))).await;
    let report = send(program.socket(), &format!("/{id}/report"), None).await;
    assert_eq!(report["rounds"][0]["answers"][0]["text"], "Confirmed before the crash.");
}

fn password() -> std::fs::File {
    use std::io::{Seek as _, Write as _};
    let mut file = tempfile::tempfile().expect("a file");
    writeln!(file, "{}", crate::browser_session::PASSWORD).expect("written");
    file.rewind().expect("at its beginning");
    file
}
