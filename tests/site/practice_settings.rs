//! `/practice/settings`: what a person decides, and a schedule fitted to them.

use axum::http::StatusCode;
use dryrun::ids::{PersonId, QuestionNumber};
use dryrun::practice::day::StudyDay;
use dryrun::practice::schedule::{self, Grade, Memory, Settings};
use dryrun::practice::{self, Action, NotRecorded, Request};
use fsrs::DEFAULT_PARAMETERS;
use jiff::Span;

use crate::browser::{Browser, fields};
use crate::pages;
use crate::test_site::TestSite;

const GOOD: [(&str, &str); 6] = [
    ("desired_retention", "0.85"),
    ("new_per_day", "3"),
    ("maximum_interval", "365"),
    ("day_start_hour", "0"),
    ("time_zone", "europe/berlin"),
    ("rest_day", "6"),
];

/// The good form with one field changed.
fn with<'f>(name: &'f str, value: &'f str) -> Vec<(&'f str, &'f str)> {
    GOOD.into_iter().map(|(field, good)| (field, if field == name { value } else { good })).collect()
}

async fn text(site: &TestSite, sql: &'static str) -> String {
    sqlx::query_scalar(sql).fetch_one(&mut *site.db().reader().await.expect("a reader")).await.expect(sql)
}

const SETTINGS: &str =
    "select json_array(desired_retention, new_per_day, maximum_interval, day_start_hour, time_zone, rest_day)
                        from people";

#[tokio::test]
async fn settings_are_kept_and_leave_the_days_that_were_told() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    browser.practise("3").await;
    browser.practise("4").await;
    let due =
        "select json_group_array(json_array(question, due_day)) from (select * from cards order by question)";
    let before = text(&site, due).await;
    let page = browser.get("/practice/settings").await;
    assert_eq!(page.attribute("#desired_retention", "value"), "0.90");
    assert_eq!(page.attribute("#time_zone", "value"), "UTC");
    let zones = page.attributes("#zones option", "value");
    assert!(zones.contains(&"Europe/Berlin".to_owned()) && zones.contains(&"UTC".to_owned()));

    let saved = browser.post("/practice/settings", &GOOD).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let page = browser.get(saved.header("location")).await;
    assert!(page.text("[role=status].notice").contains("saved"), "{}", page.text(".notice"));
    assert_eq!(text(&site, SETTINGS).await, r#"[0.85,3,365,0,"Europe/Berlin",6]"#);
    assert_eq!(page.attribute("#desired_retention", "value"), "0.85");
    assert_eq!(page.attribute("#time_zone", "value"), "Europe/Berlin");
    assert_eq!(page.text("#rest_day option[selected]"), "Sunday");
    assert_eq!(text(&site, due).await, before, "questions come back on the days that were told");
    let session = browser.get("/practice").await;
    assert!(session.text(".practice-counts").contains("1 new"), "{}", session.text(".practice-counts"));
    assert!(browser.get("/progress").await.text(".streak-line").contains("Sunday is your rest day"));
    assert_eq!(session.attributes(".practice-settings a", "href"), ["/progress", "/practice/settings"]);
}

#[tokio::test]
async fn what_cannot_be_set_is_told_at_its_field_and_nothing_is_lost_or_kept() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    browser.practise("3").await;
    let before =
        text(&site, "select json_array(desired_retention, new_per_day, time_zone) from people").await;
    for (field, value, words) in [
        ("desired_retention", "0.995", "0.70 to 0.99"),
        ("desired_retention", "much", "0.70 to 0.99"),
        ("new_per_day", "-1", "0 to 9999"),
        ("maximum_interval", "0", "1 to 36500"),
        ("day_start_hour", "24", "0 to 23"),
        ("time_zone", "Mars/Olympus", "no such time zone"),
        ("rest_day", "7", "day of the week"),
    ] {
        let refused = browser.post("/practice/settings", &with(field, value)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
        let page = refused.page();
        let error = page.text(&format!("#{field}-error"));
        assert!(error.contains(words), "{field}={value}: {error}");
        assert_eq!(page.attributes(".error-summary a", "href"), [format!("#{field}")]);
        assert_eq!(page.attribute(&format!("#{field}"), "aria-invalid"), "true");
        if field != "rest_day" {
            assert_eq!(page.attribute(&format!("#{field}"), "value"), value, "what was typed is kept");
        }
        if field != "new_per_day" {
            assert_eq!(page.attribute("#new_per_day", "value"), "3", "{field}");
        }
    }
    let after = text(&site, "select json_array(desired_retention, new_per_day, time_zone) from people").await;
    assert_eq!(after, before);
}

#[tokio::test]
async fn the_edges_of_what_can_be_set_can_be_set_and_a_costly_retention_is_warned_of() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    // saving makes a guest out of nobody: their choices are kept
    for (retention, warned) in [("0.70", false), ("0.97", false), ("0.99", true)] {
        let saved = browser.post("/practice/settings", &with("desired_retention", retention)).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{retention}: {}", saved.text());
        let page = browser.get("/practice/settings").await;
        assert_eq!(page.attribute("#desired_retention", "value"), retention);
        assert_eq!(page.has(".is-costly"), warned, "{retention}");
        browser.practise("3").await;
    }
    assert_eq!(site.number("select count(*) from people").await, 1);
}

/// Chance that is the same in every run: SplitMix64.
struct Chance(u64);

impl Chance {
    /// From 0 to 1.
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits >> 40) as f32 / (1_u64 << 24) as f32
    }
}

/// Somebody who forgets much faster than most and practised for three months, whenever the site said so.
async fn forgetful(site: &TestSite) -> Browser<'_> {
    let mut browser = Browser::new(site);
    browser.post("/questions/api-gateway-lambda", &[("bookmark", "on")]).await;
    let person = PersonId(site.number("select id from people").await);
    let (mut parameters, now) = (DEFAULT_PARAMETERS, site.clock().now());
    parameters[..4].copy_from_slice(&[0.1, 0.3, 0.6, 1.5]);
    parameters[8] = 1.0;
    let truth = Settings::new(&parameters, 0.9, 36_500).expect("usable parameters");
    let practised = site.db().commit(move |db| {
        Box::pin(async move {
            let questions: Vec<QuestionNumber> =
                sqlx::query_scalar("select number from questions order by number limit 100")
                    .fetch_all(&mut *db)
                    .await?;
            let mut chance = Chance(7);
            for question in questions {
                let (mut really, mut ago) = (Memory::New, 90 - question.0 % 10);
                while ago > 0 {
                    let at = now - Span::new().hours(24 * ago);
                    let day = StudyDay(i32::try_from(at.as_second() / 86_400).expect("a day"));
                    let recall = schedule::retrievability(really, day, &truth).unwrap_or(0.5);
                    let grade = if chance.next() < recall { Grade::Good } else { Grade::Again };
                    really = Memory::Reviewed(schedule::grade(really, grade, day, &truth).memory);
                    let client_id = format!("{}-days-ago-{}", ago, question.0).parse().expect("an id");
                    let action = Action::Grade { grade, answer_ms: None };
                    let request = Request { question, action, client_id, at };
                    let recorded = practice::record(db, person, &request).await?;
                    ago -= i64::from(recorded.card.due.expect("it is scheduled").since(day));
                }
            }
            Ok::<_, NotRecorded>(())
        })
    });
    practised.await.expect("recorded");
    browser
}

#[tokio::test]
async fn a_beginner_hears_how_many_reviews_are_missing() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    browser.practise("3").await;
    let page = browser.get("/practice/settings").await;
    assert!(
        page.text(".fit-missing").contains("1 of the 400 reviews that it takes: 399 are missing"),
        "{}",
        page.text(".fit-missing")
    );
    assert_eq!(page.count("#parameters button"), 0);
    // whoever asks all the same is told the same
    let asked = browser.post("/practice/settings", &[("action", "fit")]).await.page();
    assert!(asked.text(".fit-missing").contains("399 are missing"), "{}", asked.text(".fit-missing"));
}

#[tokio::test]
async fn fitted_parameters_are_shown_first_used_when_wanted_and_given_up_again() {
    let (site, _overlay, _) = pages::large_site().await;
    let mut browser = forgetful(&site).await;
    let cards = "select json_group_array(json_array(question, stability, difficulty)) from (select * from cards order by question)";
    let due = "select json_group_array(json_array(question, due_day, lapses, grades)) from (select * from cards order by question)";
    let (memories, days) = (text(&site, cards).await, text(&site, due).await);

    let page = browser.get("/practice/settings").await;
    assert_eq!(page.text("#parameters button"), "Compute");
    let fitted = browser.post("/practice/settings", &[("action", "fit")]).await.page();
    assert!(fitted.text(".fit-result").contains("points of a hundred"), "{}", fitted.text(".fit-result"));
    assert_eq!(fitted.count(".fit-result tbody tr"), 2);
    let off: Vec<f64> = fitted
        .texts(".fit-result tbody tr:first-child td")
        .iter()
        .map(|n| n.parse().expect("a number"))
        .collect();
    assert!(off[1] < off[0], "the fit is better after: {off:?}");
    assert_eq!(
        site.number("select count(*) from people where parameters is not null").await,
        0,
        "nothing is applied yet"
    );

    let hidden = fields(&fitted, ".fit-result");
    let mut form: Vec<(&str, &str)> =
        hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("action", "use"));
    let used = browser.post("/practice/settings", &form).await;
    assert_eq!(used.status, StatusCode::SEE_OTHER, "{}", used.text());
    let page = browser.get(used.header("location")).await;
    assert!(page.text(".parameters-now").contains("fitted to you"), "{}", page.text(".parameters-now"));
    assert_eq!(site.number("select json_array_length(parameters) from people").await, 21);
    assert_ne!(text(&site, cards).await, memories, "every card is made anew");
    assert_eq!(text(&site, due).await, days, "the days stay");

    let again = browser.post("/practice/settings", &[("action", "fit")]).await.page();
    assert!(again.text(".fit-result").contains("nothing to gain"), "{}", again.text(".fit-result"));

    let back = browser.post("/practice/settings", &[("action", "defaults")]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert_eq!(site.number("select count(*) from people where parameters is null").await, 1);
    assert_eq!(text(&site, cards).await, memories);
    assert_eq!(text(&site, due).await, days);
}

#[tokio::test]
async fn parameters_that_nobody_can_have_are_refused() {
    let site = TestSite::start().await;
    let mut browser = forgetful(&site).await;
    let page = browser.post("/practice/settings", &[("action", "use"), ("parameters", "[1,2,3]")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.page().text(".error-summary").contains("not usable"));
    for parameters in ["[]", "x", "[1e999]"] {
        let odd = browser.post("/practice/settings", &[("action", "use"), ("parameters", parameters)]).await;
        assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{parameters}");
    }
    let odd = browser.post("/practice/settings", &[("action", "dance")]).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.number("select count(*) from people where parameters is not null").await, 0);
    let mut nobody = Browser::new(&site);
    let away = nobody.post("/practice/settings", &[("action", "defaults")]).await;
    assert_eq!(away.header("location"), "/practice/settings");
    assert_eq!(site.number("select count(*) from people").await, 1);
}
