//! Sitting a mock interview on its pages: from the set-up to the report and back into practice.

use crate::browser::fields;
use crate::browser_session::Visitor;
use crate::headers::assert_keeps_to_the_policy;
use crate::markup::Page;
use crate::test_site::TestSite;

/// Somebody in an interview, by its pages alone.
struct Sitting<'s> {
    visitor: &'s Visitor<'s>,
    path: String,
}

impl<'s> Sitting<'s> {
    /// Makes an interview and begins it.
    async fn begin(visitor: &'s Visitor<'s>, wish: &[(&str, &str)]) -> (Self, Page) {
        let answer = visitor.post("/interviews", wish).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let sitting = Self { visitor, path: answer.header("location").to_owned() };
        let page = visitor.submit(&format!("{}/steps", sitting.path), &[("step", "start")]).await;
        (sitting, page)
    }

    async fn room(&self) -> Page {
        self.visitor.page(&self.path).await
    }

    /// Sends the answer form of a page.
    async fn send(&self, page: &Page, text: &str, then: &str) -> Page {
        self.visitor.submit(&format!("{}/answers", self.path), &with(page, text, then)).await
    }

    async fn step(&self, step: &str) -> Page {
        self.visitor.submit(&format!("{}/steps", self.path), &[("step", step)]).await
    }
}

/// The fields of the answer form, with a text.
fn with<'p>(page: &'p Page, text: &'p str, then: &'p str) -> Vec<(&'static str, &'p str)> {
    let hidden = fields(page, "[data-answer-form]");
    let value = |name| {
        let (_, value) = hidden.iter().find(|(field, _)| field == name).expect("a hidden field");
        Box::leak(value.clone().into_boxed_str()) as &str
    };
    vec![
        ("round", value("round")),
        ("prompt", value("prompt")),
        ("client_id", value("client_id")),
        ("text", text),
        ("then", then),
    ]
}

const TWO: [(&str, &str); 4] =
    [("topic", "networking"), ("questions", "2"), ("seconds_per_question", "120"), ("seed", "7")];

#[tokio::test]
async fn a_newcomer_is_in_the_first_question_with_one_press() {
    let site = TestSite::start().await;
    let visitor = Visitor::new(&site);
    let home = visitor.page("/").await;
    assert_eq!(home.text(".home-interview button"), "Start the warm-up");
    assert_eq!(site.number("select count(*) from people").await, 0, "looking makes nobody");

    let page = visitor.submit("/interviews", &[("preset", "warm-up"), ("start", "now")]).await;
    assert!(page.text(".room-head .eyebrow").contains("warm-up"), "{}", page.text(".room-head"));
    assert!(page.text(".facts-line").starts_with("Question 1 of"));
    assert!(page.has("#asked") && page.has("textarea[name=text]"));
    assert_eq!(site.number("select count(*) from people where name is null").await, 1);

    // offered again, and the button makes no second one
    assert_eq!(visitor.page("/interviews").await.text("#unfinished-title"), "You are in an interview");
    let again = visitor.submit("/interviews", &[("preset", "warm-up"), ("start", "now")]).await;
    assert_eq!(again.text("#asked"), page.text("#asked"));
    assert_eq!(site.number("select count(*) from interviews").await, 1);
}

#[tokio::test]
async fn an_interview_is_sat_graded_and_handed_to_practice() {
    let site = TestSite::start().await;
    let visitor = Visitor::guest(&site).await;
    let (sitting, page) = Sitting::begin(&visitor, &TWO).await;
    let first = page.text("#asked");
    assert_keeps_to_the_policy(&page);
    assert_eq!(page.text(".round[aria-current] .round-state"), "asked now");

    // nothing that covers a key point: the interviewer asks back, twice at the most
    site.clock().advance(40);
    let page = sitting.send(&page, "I would have to look that up.\r\nSorry.", "hand-in").await;
    assert_eq!(page.text(".probe-of"), first);
    assert_ne!(page.text("#asked"), first, "a probe");
    assert_eq!(page.text(".answered-text"), "I would have to look that up. Sorry.");
    let second_probe = sitting.send(&page, "Still no idea.", "hand-in").await;
    assert_ne!(second_probe.text("#asked"), page.text("#asked"));
    let page = sitting.send(&second_probe, "", "skip").await;
    assert!(page.text(".facts-line").starts_with("Question 2 of 2"), "{}", page.text(".facts-line"));

    // flagged with what was typed, and returned to
    let page = sitting.send(&page, "A security group is stateful.", "flag").await;
    assert_eq!(page.text("#flagged"), "Only flagged questions are left");
    let page = visitor.submit(&format!("{}/steps", sitting.path), &[("step", "open"), ("round", "2")]).await;
    assert_eq!(page.text("textarea[name=text]"), "A security group is stateful.");
    sitting.send(&page, "A security group is stateful, so return traffic is let out again.", "save").await;
    let page = sitting.step("finish").await;
    assert_eq!(page.text("h1"), "Grade your answers");
    assert!(page.text("main .lead").starts_with("You finished it."));
    assert!(page.texts("#grade-1 .typed-answer")[0].contains("I would have to look that up."));
    assert!(page.text("#grade-2").contains("Saved when time was up, not handed in."));

    // ratings without what they rest on are refused, and nothing that was chosen is lost
    let grades = format!("{}/grades", sitting.path);
    let rated =
        [("correctness", "2"), ("depth", "1"), ("operations", "1"), ("communication", "3"), ("round", "1")];
    let page = visitor.refused(&grades, &[&rated[..], &[("evidence", " ")]].concat()).await;
    assert_eq!(page.text("#grade-1 .error-summary li"), "write what in the answer the ratings rest on.");
    assert!(page.has("#grade-1 [name=communication][value='3'][checked]"));
    let page = visitor.submit(&grades, &[&rated[..], &[("evidence", "Nothing right.")]].concat()).await;
    assert_eq!(page.text("#grade-1 summary .round-state"), "graded");

    assert_keeps_to_the_policy(&page);
    let report = visitor.submit(&format!("{}/close", sitting.path), &[]).await;
    assert_keeps_to_the_policy(&report);
    assert!(report.text("#overall + .figures").contains("2 of 2"), "{}", report.text(".figures"));
    assert!(report.text(".report").contains("I would have to look that up."));
    assert!(report.has("#time-spent svg") && report.has(".chart-numbers table"));
    assert!(report.count(".missed-points li") > 0);
    assert_eq!(report.texts("[aria-labelledby=axes] tbody td")[0], "2.0 of 4");

    // both were missed: due tomorrow, and the question's page says why
    let missed = "select count(*) from review_log where kind = 'missed' and interval_days = 1";
    assert_eq!(site.number(missed).await, 2);
    assert_eq!(site.number("select count(*) from cards where due_day = last_day + 1").await, 2);
    visitor.submit(&format!("{}/close", sitting.path), &[]).await;
    assert_eq!(site.number(missed).await, 2, "once");
    let question = report.attributes(".report-round h3 a", "href").remove(0);
    let page = visitor.page(&question).await;
    assert!(page.text(".history").contains("Missed in a mock interview"), "{}", page.text(".you"));

    let markdown = visitor.get(&format!("{}/report.md", sitting.path)).await;
    assert_eq!(markdown.header("content-type"), "text/markdown; charset=utf-8");
    assert!(markdown.text().contains("I would have to look that up.\nSorry."), "{}", markdown.text());
}

#[tokio::test]
async fn in_an_exam_nothing_of_the_answers_can_be_found_before_the_end() {
    let site = TestSite::start().await;
    let visitor = Visitor::guest(&site).await;
    let (sitting, page) = Sitting::begin(&visitor, &[&TWO[..], &[("mode", "exam")]].concat()).await;
    let paper: Vec<(String, String)> = {
        let mut db = site.db().reader().await.expect("a reader");
        sqlx::query_as(
            "select q.id, q.title from interview_rounds r join questions q on q.number = r.question order by r.round",
        )
        .fetch_all(&mut *db)
        .await
        .expect("the paper")
    };
    let secrets: Vec<String> = {
        let mut secrets = Vec::new();
        for (id, _) in &paper {
            let question = site.json(&format!("/api/v1/questions/{id}")).await;
            let answer = question["answer"].as_str().or(question["answer_html"].as_str()).expect("an answer");
            secrets.push(answer.split_whitespace().take(6).collect::<Vec<_>>().join(" "));
            for point in question["key_points"].as_array().expect("key points") {
                secrets.push(point["say"].as_str().expect("a sentence").to_owned());
            }
        }
        secrets
    };
    assert!(secrets.len() > 6);
    let (second_id, second_title) = &paper[1];
    assert!(!page.text("main").contains(second_title.as_str()), "its turn has not come");

    let words = second_title.replace(' ', "+").replace('?', "");
    let mut places = vec![
        sitting.path.clone(),
        "/".to_owned(),
        "/questions".to_owned(),
        "/topics/networking".to_owned(),
        format!("/search?q={words}"),
        "/feed.xml".to_owned(),
        format!("/practice?question={second_id}"),
        "/interviews".to_owned(),
        "/progress".to_owned(),
    ];
    places.extend(paper.iter().map(|(id, _)| format!("/questions/{id}")));
    for place in &places {
        let answer = visitor.get(place).await;
        let locked = paper.iter().any(|(id, _)| *place == format!("/questions/{id}"));
        assert_eq!(answer.status.as_u16(), if locked { 423 } else { 200 }, "{place}");
        let html = answer.header("content-type").starts_with("text/html");
        let text = if html { answer.page().text(":root") } else { String::new() } + answer.text();
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{place} has {secret:?}");
        }
    }
    let revealed = visitor.post("/practice/reveal", &[("question", second_id)]).await;
    assert_eq!(revealed.status, 423);
    let report = visitor.get(&format!("{}/report", sitting.path)).await;
    assert_eq!(report.header("location"), sitting.path, "the report comes afterwards");

    // somebody else is not in the exam; and afterwards everything is open again
    assert_eq!(Visitor::guest(&site).await.get(&format!("/questions/{second_id}")).await.status, 200);
    sitting.step("finish").await;
    for (id, _) in &paper {
        assert_eq!(visitor.get(&format!("/questions/{id}")).await.status, 200);
    }
}

#[tokio::test]
async fn an_exam_cuts_an_answer_at_one_and_a_half_times_its_time_and_keeps_what_was_saved() {
    let site = TestSite::start().await;
    let visitor = Visitor::guest(&site).await;
    let (sitting, page) = Sitting::begin(&visitor, &[&TWO[..], &[("mode", "exam")]].concat()).await;
    let budget_ms: i64 = page.attribute("[data-prompt-clock]", "data-budget-ms").parse().expect("a number");
    sitting.send(&page, "What I had so far", "save").await;

    site.clock().advance(budget_ms / 1000);
    assert!(sitting.room().await.has(".prompt-clock.is-amber"));
    site.clock().advance(budget_ms / 2000 + 1);
    let after = sitting.send(&page, "What I had so far, and the end that came too late", "hand-in").await;
    assert_eq!(
        after.text("main > .notice"),
        "Time was up before that arrived. What was saved until then counts."
    );
    assert!(after.text(".facts-line").starts_with("Question 2 of 2"));
    assert_eq!(after.texts(".round-state")[0], "time was up");
    let kept = "select count(*) from interview_answers where text = 'What I had so far'";
    assert_eq!(site.number(kept).await, 1);

    // the clock of the whole ends it while nobody looks
    site.clock().advance(3600);
    let page = sitting.send(&after, "Far too late", "hand-in").await;
    assert_eq!(page.text("h1"), "Grade your answers");
    assert!(page.text("main .lead").starts_with("Time was up."));
    assert_eq!(site.number("select count(*) from interview_answers where text like 'Far%'").await, 0);
}

#[tokio::test]
async fn a_pause_hides_the_question_stops_the_clock_and_ends_by_itself() {
    let site = TestSite::start().await;
    let visitor = Visitor::guest(&site).await;
    let (sitting, page) = Sitting::begin(&visitor, &[&TWO[..], &[("mode", "practice")]].concat()).await;
    let asked = page.text("#asked");
    let left = |page: &Page| page.attribute("[data-clock]", "data-left-ms").parse::<i64>().expect("a number");
    let before = left(&page);

    site.clock().advance(10);
    let paused = sitting.step("pause").await;
    assert_eq!(paused.text("h1"), "Paused");
    assert!(!paused.text("main").contains(&asked));
    site.clock().advance(120);
    let page = sitting.step("resume").await;
    assert_eq!(left(&page), before - 10_000);

    sitting.step("pause").await;
    site.clock().advance(5 * 60 + 20);
    let page = sitting.room().await;
    assert_eq!(left(&page), before - 30_000, "five minutes are the most");
    assert_eq!(page.text("#asked"), asked);
    assert!(page.has("[value=pause][disabled]"));
    let page = sitting.step("pause").await;
    assert_eq!(page.text("main > .notice"), "No pause is left.");
}

#[tokio::test]
async fn the_same_seed_asks_the_same_and_a_small_bank_shortens_the_paper_and_says_so() {
    let site = TestSite::start().await;
    let (ada, grace) = (Visitor::guest(&site).await, Visitor::guest(&site).await);
    let (one, first) = Sitting::begin(&ada, &[&TWO[..], &[("pace", "1.5")]].concat()).await;
    let (_, second) = Sitting::begin(&grace, &TWO).await;
    assert_eq!(first.text("#asked"), second.text("#asked"));
    assert!(first.text(".room-head .eyebrow").contains("1.5×"));
    let left = |page: &Page| page.attribute("[data-clock]", "data-left-ms").parse::<i64>().expect("a number");
    assert_eq!(left(&first), left(&second) * 3 / 2);
    one.step("abandon").await;

    let wish = [("topic", "serverless"), ("level", "intermediate"), ("kind", "concept"), ("questions", "50")];
    let made = ada.submit("/interviews", &wish).await;
    assert_eq!(made.text("h1"), "Ready when you are");
    assert!(made.text("main .notice").contains("instead of 50"), "{}", made.text("main"));
    assert!(!made.has("#asked"), "the clock does not run yet");
}

#[tokio::test]
async fn what_cannot_be_asked_is_said_at_its_field() {
    let site = TestSite::start().await;
    let visitor = Visitor::guest(&site).await;
    for (wish, told) in [
        (&[("preset", "nothing")][..], "There is no such preset."),
        (&[("seed", "seven")], "a seed is a whole number from 0 to 9007199254740991"),
        (&[("questions", "0")], "This cannot be asked: an interview has 1 to 50 questions."),
        (&[("minutes", "ten")], "Give a whole number, or none."),
        (
            &[("topic", "performance")],
            "The bank has no question of this kind yet: choose more topics, levels or kinds.",
        ),
    ] {
        let page = visitor.refused("/interviews", wish).await;
        assert_eq!(page.text(".error-summary li"), told);
    }
    assert_eq!(site.number("select count(*) from interviews").await, 0);
}

#[tokio::test]
async fn earlier_interviews_are_listed_filtered_sat_again_and_deleted() {
    let site = TestSite::start().await;
    let visitor = Visitor::guest(&site).await;
    let (first, page) = Sitting::begin(&visitor, &TWO).await;
    let asked = page.text("#asked");
    first.step("finish").await;
    let (second, _) = Sitting::begin(&visitor, &[("preset", "warm-up"), ("mode", "practice")]).await;
    second.step("abandon").await;

    let page = visitor.page("/interviews").await;
    assert_eq!(page.count(".rows > li"), 2);
    let page = visitor.page("/interviews?preset=own-mix&mode=exam").await;
    assert_eq!(page.attributes(".rows a", "href"), [format!("{}/report", first.path)]);
    assert_eq!(visitor.page("/interviews?state=closed").await.count(".rows > li"), 0);
    assert_eq!(visitor.get("/interviews?state=odd").await.status, 400);

    let again = visitor.submit(&format!("{}/redo", first.path), &[]).await;
    assert_eq!(again.text("h1"), "Ready when you are");
    let path = visitor.page("/interviews").await.attribute("#unfinished a", "href");
    let page = visitor.submit(&format!("{path}/steps"), &[("step", "start")]).await;
    assert_eq!(page.text("#asked"), asked, "the same paper");

    visitor.submit(&format!("{}/delete", first.path), &[]).await;
    assert_eq!(visitor.get(&first.path).await.status, 404);
    assert_eq!(site.number("select count(*) from interviews").await, 2);
    assert_eq!(site.number("select count(*) from interview_answers where interview = 1").await, 0);
}
