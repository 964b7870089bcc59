//! `/questions/{id}`

use std::collections::BTreeSet;

use serde_json::Value;

use crate::bank::{self, Written};
use crate::markup::Page;
use crate::test_site::TestSite;

const SECTIONS: [(&str, &str); 10] = [
    ("answer", "Answer"),
    ("key-points", "What a strong answer says"),
    ("explanation", "Technical explanation"),
    ("hands-on", "Hands-on example"),
    ("mistakes", "Common mistakes"),
    ("follow-ups", "Follow-up questions"),
    ("quiz", "Quiz"),
    ("facts", "Facts that change"),
    ("sources", "Sources"),
    ("related", "Related questions"),
];

fn with_prefix(page: &Page, selector: &str, prefix: &str) -> Vec<String> {
    page.attributes(selector, "id")
        .iter()
        .filter_map(|id| id.strip_prefix(prefix).map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn every_question_is_complete() {
    let site = TestSite::start().await;
    let questions = bank::questions();
    assert!(questions.len() >= 9);
    for question in &questions {
        let page = site.page(&format!("/questions/{}", question.id)).await;
        assert_eq!(page.text("h1"), question.title());
        assert_eq!(page.text("head > title"), format!("{} · Dryrun", question.title()));
        let level = page.text(".question-head .level");
        assert_eq!(Some(level.to_lowercase().as_str()), question.front["level"].as_str());
        let minutes = question.front["minutes"].as_u64().expect("a number");
        assert!(page.text(".question-head .facts-line").contains(&format!("about {minutes} minutes to say")));

        assert_eq!(
            page.attributes("article section > .section-heading > h2", "id"),
            SECTIONS.map(|(id, _)| id)
        );
        assert_eq!(page.texts("article section > .section-heading > h2"), SECTIONS.map(|(_, title)| title));
        for (id, _) in SECTIONS {
            let words = page.text(&format!("section[aria-labelledby={id}]"));
            assert!(words.split(' ').count() > 10, "{}: {id} has words: {words}", question.id);
        }
        assert_eq!(with_prefix(&page, ".key-points > li", "key-point-"), question.ids("key_points"));
        assert_eq!(with_prefix(&page, "ol.steps > li", "step-"), question.steps());
        assert_eq!(with_prefix(&page, "details.fold", "follow-up-"), question.follow_ups());
        assert_eq!(with_prefix(&page, ".quiz-item h3", "quiz-"), question.ids("quiz"));
        assert_eq!(page.count(".dated-facts > li"), question.front["facts"].as_array().map_or(0, Vec::len));
        let urls: Vec<&str> = question.front["sources"]
            .as_array()
            .expect("sources")
            .iter()
            .filter_map(|source| source["url"].as_str())
            .collect();
        assert_eq!(page.attributes(".sources a.external", "href"), urls);
        assert!(
            page.has("section[aria-labelledby=explanation] figure.diagram svg > title"),
            "{} has a diagram",
            question.id
        );
    }
}

#[tokio::test]
async fn the_api_gateway_question_guides_through_its_four_steps() {
    let site = TestSite::start().await;
    let page = site.page("/questions/api-gateway-lambda").await;
    assert_eq!(with_prefix(&page, "ol.steps > li", "step-"), ["build", "configure", "inject", "alarm"]);
    for (step, words) in [
        ("build", "sqs"),
        ("configure", "reserved-concurrent-executions"),
        ("inject", "504"),
        ("alarm", "put-metric-alarm"),
    ] {
        let text = page.text(&format!("#step-{step}"));
        assert!(text.contains(words), "{step} is about {words}");
        assert!(page.has(&format!("#step-{step} pre code")), "{step} has commands");
        assert_eq!(page.attribute(&format!("#step-{step} > h3 > a"), "href"), format!("#step-{step}"));
    }
    assert!(page.text("section[aria-labelledby=answer]").contains("managed front door"));
    assert!(!page.has("ul.labs"), "there is no lab yet");
}

#[tokio::test]
async fn the_page_has_an_outline_of_what_is_on_it() {
    let site = TestSite::start().await;
    let page = site.page("/questions/api-gateway-lambda").await;
    let outline = page.attributes(".on-this-page > ol > li > a", "href");
    assert_eq!(outline, SECTIONS.map(|(id, _)| format!("#{id}")));
    let headings = page.attributes(".on-this-page ol ol a", "href");
    let in_text: Vec<String> = page
        .attributes("section[aria-labelledby=explanation] .prose h3", "id")
        .iter()
        .map(|id| format!("#{id}"))
        .collect();
    assert_eq!(headings, in_text);
    assert!(headings.len() >= 4);
}

#[tokio::test]
async fn related_questions_are_shown_in_both_directions() {
    let site = TestSite::start().await;
    let questions = bank::questions();
    for question in &questions {
        let page = site.page(&format!("/questions/{}", question.id)).await;
        let shown = page.attributes("section[aria-labelledby=related] .question-row-title", "href");
        let own = question.ids("related");
        let mut expected: BTreeSet<String> = own.iter().map(|id| format!("/questions/{id}")).collect();
        let names_this = |other: &&Written| other.ids("related").contains(&question.id);
        expected.extend(questions.iter().filter(names_this).map(|other| format!("/questions/{}", other.id)));
        assert_eq!(shown.iter().cloned().collect::<BTreeSet<_>>(), expected, "{}", question.id);
        assert_eq!(shown.len(), expected.len(), "{}: each once", question.id);
        let first: Vec<String> = own.iter().map(|id| format!("/questions/{id}")).collect();
        assert_eq!(shown[..own.len()], first, "{}: its own first, in the order of its author", question.id);
    }
    let gateway =
        questions.iter().find(|question| question.id == "api-gateway-lambda").expect("the question");
    let others: BTreeSet<String> = questions.iter().map(|question| question.id.clone()).collect();
    assert!(gateway.ids("related").into_iter().collect::<BTreeSet<_>>().is_subset(&others));
}

#[tokio::test]
async fn previous_and_next_walk_through_the_topic() {
    let site = TestSite::start().await;
    let in_topic = site.whole_list("topic=networking").await;
    for (at, id) in in_topic.iter().enumerate() {
        let page = site.page(&format!("/questions/{id}")).await;
        let link =
            |at: Option<&String>| at.map(|id| format!("/questions/{id}")).into_iter().collect::<Vec<_>>();
        let (before, after) = (link(at.checked_sub(1).map(|at| &in_topic[at])), link(in_topic.get(at + 1)));
        assert_eq!(page.attributes(".neighbours a[rel=prev]", "href"), before, "{id}");
        assert_eq!(page.attributes(".neighbours a[rel=next]", "href"), after, "{id}");
        assert_eq!(page.attributes("head link[rel=prev]", "href"), before, "{id}");
        assert_eq!(page.attributes("head link[rel=next]", "href"), after, "{id}");
        assert_eq!(
            page.text(".place"),
            format!("Question {} of {} in Networking (VPC)", at + 1, in_topic.len())
        );
    }
}

#[tokio::test]
async fn a_fact_past_its_review_day_says_so_from_the_next_day_on() {
    let site = TestSite::start().await;
    let question = bank::questions()
        .into_iter()
        .find(|question| question.id == "api-gateway-lambda")
        .expect("the question");
    let facts = question.front["facts"].as_array().expect("facts");
    let due: Vec<&str> = facts.iter().filter_map(|fact| fact["review_by"].as_str()).collect();
    let first = *due.iter().min().expect("a fact");
    let now: jiff::Timestamp = "2026-11-22T12:00:00Z".parse().expect("a moment");
    let last_moment: jiff::Timestamp = format!("{first}T23:59:59Z").parse().expect("a moment");

    site.clock().advance(last_moment.as_second() - now.as_second());
    let page = site.page("/questions/api-gateway-lambda").await;
    assert_eq!(page.count(".dated-facts > li.is-stale"), 0, "fresh on the whole of {first}");
    assert_eq!(page.texts(".dated-facts time").len(), 2 * facts.len(), "checked and review day of each");

    site.clock().advance(1);
    let page = site.page("/questions/api-gateway-lambda").await;
    assert_eq!(page.count(".dated-facts > li.is-stale"), due.iter().filter(|day| **day == first).count());
    let stale = page.all(".dated-facts .stale")[0];
    assert!(crate::markup::words(stale).starts_with("May be out of date: review was due on"));
    assert_eq!(page.attributes(".dated-facts .stale time", "datetime")[0], first);
}

#[tokio::test]
async fn who_hides_the_answers_finds_them_closed_and_can_show_them_again() {
    let site = TestSite::start().await;
    let open = site.page("/questions/api-gateway-lambda").await;
    let parts = open.count("details.reveal");
    assert!(parts >= 6);
    assert_eq!(open.count("details.reveal[open]"), parts);
    assert_eq!(open.attribute("form.self-test button", "value"), "on");
    assert_eq!(open.attribute("form.self-test button", "aria-pressed"), "false");

    let hidden =
        site.get_with("/questions/api-gateway-lambda", &[("cookie", "hide_answers=on")]).await.page();
    assert_eq!(hidden.count("details.reveal"), parts);
    assert_eq!(hidden.count("details.reveal[open]"), 0);
    assert_eq!(hidden.attribute("html", "data-answers"), "hidden");
    assert_eq!(hidden.attribute("form.self-test button", "value"), "off");
    assert_eq!(hidden.attribute("form.self-test button", "aria-pressed"), "true");
    assert_eq!(hidden.attribute("form.self-test input[name=back]", "value"), "/questions/api-gateway-lambda");
    assert!(
        hidden.text("section[aria-labelledby=answer] details").contains("managed front door"),
        "closed, not gone"
    );
    assert_eq!(hidden.texts(".question-row-excerpt"), [] as [&str; 0], "rows give no answer away");
    let list = site.get_with("/questions", &[("cookie", "hide_answers=on")]).await.page();
    assert_eq!((list.count(".question-row-excerpt"), list.count(".question-row") > 0), (0, true));
}

#[tokio::test]
async fn follow_ups_and_quiz_options_open_one_at_a_time_without_scripts() {
    let site = TestSite::start().await;
    let page = site.page("/questions/api-gateway-lambda").await;
    let names: BTreeSet<String> = page.attributes("details.fold", "name").into_iter().collect();
    assert_eq!(names, BTreeSet::from(["follow-up".to_owned()]), "one name makes them close each other");
    for (item, id) in page.all(".quiz-item").iter().zip(["late-order", "reserved-used-up", "silent-poison"]) {
        let options: Vec<_> =
            item.select(&scraper::Selector::parse("details.option").expect("a selector")).collect();
        assert_eq!(options.len(), 4);
        assert!(options.iter().all(
            |option| option.attr("name") == Some(&format!("quiz-{id}")) && option.attr("open").is_none()
        ));
        let right = options.iter().filter(|option| crate::markup::words(**option).contains("Right."));
        assert_eq!(right.count(), 1, "{id}");
    }
}

#[tokio::test]
async fn machines_read_the_question_from_the_head_of_the_page() {
    let site = TestSite::start().await;
    for question in bank::questions() {
        let url = format!("http://127.0.0.1:3000/questions/{}", question.id);
        let page = site.page(&format!("/questions/{}", question.id)).await;
        assert_eq!(page.attribute("link[rel=canonical]", "href"), url);
        assert_eq!(page.attribute("meta[property='og:url']", "content"), url);
        assert_eq!(page.attribute("meta[property='og:type']", "content"), "article");
        assert_eq!(page.attribute("meta[property='og:title']", "content"), question.title());
        let description = page.attribute("meta[name=description]", "content");
        assert_eq!(page.attribute("meta[property='og:description']", "content"), description);
        assert!((80..=161).contains(&description.chars().count()), "{description}");

        let json: String = page.one("script[type='application/ld+json']").text().collect();
        let json: Value =
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{}: {error}", question.id));
        assert_eq!(json["@type"], "QAPage");
        assert_eq!(json["mainEntity"]["name"], question.title());
        assert_eq!(json["mainEntity"]["acceptedAnswer"]["url"], format!("{url}#answer"));
        let answer = json["mainEntity"]["acceptedAnswer"]["text"].as_str().expect("a text");
        assert!(answer.starts_with(description.trim_end_matches('…')), "{answer}");
        assert!(!answer.contains('<') && !answer.contains("&amp;"), "plain text: {answer}");
    }
}

#[tokio::test]
async fn tags_and_topic_lead_to_more_of_the_kind() {
    let site = TestSite::start().await;
    let page = site.page("/questions/api-gateway-lambda").await;
    for link in page.attributes(".tag-list a", "href") {
        let listed = site.page(&link).await.listed();
        assert!(listed.contains(&"api-gateway-lambda".to_owned()), "{link}: {listed:?}");
    }
    assert_eq!(page.attributes(".breadcrumb a", "href"), ["/questions", "/topics/serverless"]);
}

#[tokio::test]
async fn an_unknown_question_is_no_page() {
    let site = TestSite::start().await;
    for path in [
        "/questions/nowhere",
        "/questions/API-GATEWAY-LAMBDA",
        "/questions/a--b",
        "/questions/..%2Fx",
        "/questions/",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.page().text("h1"), "There is no page here");
    }
}
