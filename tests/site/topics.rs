//! `/topics/{topic}`

use std::collections::BTreeSet;

use crate::bank;
use crate::overlay::Overlay;
use crate::test_site::{Setup, TestSite};

#[tokio::test]
async fn a_topic_lists_its_questions_level_by_level() {
    let site = TestSite::start().await;
    let page = site.page("/topics/networking").await;
    assert_eq!(page.text("h1"), "Networking (VPC)");
    assert!(page.text("main .lead").starts_with("How packets find their way"));
    let questions: Vec<_> =
        bank::questions().into_iter().filter(|question| question.topic == "networking").collect();
    let minutes: u64 = questions.iter().filter_map(|question| question.front["minutes"].as_u64()).sum();
    assert_eq!(
        page.text("main .hint"),
        format!(
            "{} questions, about {minutes} minutes to answer aloud. Filter and sort them",
            questions.len()
        )
    );
    assert_eq!(page.attribute("main .hint a", "href"), "/questions?topic=networking");

    let mut shown = 0;
    for level in ["beginner", "intermediate", "advanced"] {
        let of_level = questions.iter().filter(|question| question.front["level"] == level);
        let expected: BTreeSet<String> =
            of_level.map(|question| format!("/questions/{}", question.id)).collect();
        let links = page.attributes(&format!("section[aria-labelledby={level}] .question-row-title"), "href");
        assert_eq!(links.iter().cloned().collect::<BTreeSet<_>>(), expected, "{level}");
        shown += links.len();
    }
    assert_eq!(shown, questions.len());
}

#[tokio::test]
async fn a_topic_leads_to_the_filled_topics_before_and_after_it() {
    let site = TestSite::start().await;
    let questions = bank::questions();
    let filled: Vec<(String, String)> = bank::topics()
        .into_iter()
        .filter(|(id, _)| questions.iter().any(|question| question.topic == *id))
        .collect();
    for (at, (id, title)) in filled.iter().enumerate() {
        let page = site.page(&format!("/topics/{id}")).await;
        let link = |at: Option<&(String, String)>| {
            at.map(|(id, _)| format!("/topics/{id}")).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(
            page.attributes(".neighbours a[rel=prev]", "href"),
            link(at.checked_sub(1).map(|at| &filled[at]))
        );
        assert_eq!(page.attributes(".neighbours a[rel=next]", "href"), link(filled.get(at + 1)));
        assert!(page.text(".rail a[aria-current]").starts_with(title), "the rail marks the topic");
        assert_eq!(
            page.attribute("link[rel=canonical]", "href"),
            format!("http://127.0.0.1:3000/topics/{id}")
        );
    }
}

#[tokio::test]
async fn a_topic_in_preparation_says_so_and_shows_the_way_to_others() {
    let overlay = Overlay::with_topics(&["attic"]);
    let site = Setup::new().overlay(&overlay).start().await;
    let page = site.page("/topics/attic").await;
    assert_eq!(page.text("main .empty h2"), "In preparation");
    assert!(page.text("main .empty p").contains("no questions in The attic yet"));
    let questions = bank::questions();
    let topics = bank::topics();
    let filled = topics.iter().filter(|(id, _)| questions.iter().any(|question| question.topic == *id));
    let expected: Vec<String> = filled.map(|(id, _)| format!("/topics/{id}")).collect();
    assert_eq!(page.attributes("main .empty-links a", "href"), expected);
    assert!(!page.has(".question-row"));
    assert_eq!(
        page.attributes(".neighbours a", "href"),
        expected[expected.len() - 1..],
        "back to the last that has some"
    );
}

#[tokio::test]
async fn an_unknown_topic_is_no_page() {
    let site = TestSite::start().await;
    for path in
        ["/topics/blockchain", "/topics/Networking", "/topics/-", "/topics/a%2Fb", "/topics/", "/topics"]
    {
        let answer = site.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.page().text("h1"), "There is no page here");
    }
}
