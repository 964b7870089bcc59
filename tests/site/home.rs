//! `/`

use std::collections::BTreeSet;

use crate::overlay::Overlay;
use crate::test_site::{Setup, TestSite};
use crate::{bank, markup};

const A_DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn the_home_page_says_what_this_is_and_leads_everywhere() {
    let site = TestSite::start().await;
    let page = site.page("/").await;
    assert_eq!(page.text("h1"), "Say it out loud before it counts.");
    assert_eq!(page.text("head > title"), "Dryrun: questions and answers for your AWS interview");
    let number = bank::questions().len();
    assert_eq!(page.text(".home-lead a[href='/questions']"), format!("browse all {number} questions"));
    assert_eq!(page.attribute("main form[role=search]", "action"), "/search");
    assert_eq!(page.attribute("main form[role=search] input", "name"), "q");
    for example in page.attributes(".home-lead .hint a", "href") {
        site.page(&example).await;
    }
}

#[tokio::test]
async fn the_home_page_lists_all_topics_in_their_order_with_their_questions() {
    let site = TestSite::start().await;
    let page = site.page("/").await;
    let topics = bank::topics();
    assert_eq!(topics.len(), 16);
    let expected: Vec<String> = topics.iter().map(|(_, title)| title.clone()).collect();
    assert_eq!(page.texts(".topic-index-title"), expected);
    let expected: Vec<String> = topics.iter().map(|(id, _)| format!("/topics/{id}")).collect();
    assert_eq!(page.attributes(".topic-index a", "href"), expected);

    let questions = bank::questions();
    let expected: Vec<String> = topics
        .iter()
        .map(|(id, _)| match questions.iter().filter(|question| question.topic == *id).count() {
            0 => "in preparation".to_owned(),
            1 => "1 question".to_owned(),
            count => format!("{count} questions"),
        })
        .collect();
    assert_eq!(page.texts(".topic-index-count"), expected);
}

#[tokio::test]
async fn a_newcomer_starts_with_the_first_question_of_the_first_topics() {
    let site = TestSite::start().await;
    let page = site.page("/").await;
    let starts = page.listed();
    let mut expected = Vec::new();
    for (topic, _) in bank::topics() {
        expected.extend(
            site.page(&format!("/topics/{topic}"))
                .await
                .listed()
                .first()
                .filter(|id| !id.is_empty())
                .cloned(),
        );
        // an empty topic lists links to others, not questions
    }
    assert_eq!(starts, expected[..3]);
    let row = page.all("#start-here ~ ul .question-row")[0];
    assert!(markup::words(row).contains("min"), "the row tells the speaking time: {}", markup::words(row));
}

#[tokio::test]
async fn every_day_has_its_question_until_the_bank_comes_round() {
    let site = TestSite::start().await;
    let mut of_days = Vec::new();
    for _ in 0..=bank::questions().len() {
        let today = site.page("/").await.attribute(".of-the-day-title a", "href");
        site.clock().advance(A_DAY / 2 - 1);
        assert_eq!(site.page("/").await.attribute(".of-the-day-title a", "href"), today, "until midnight");
        of_days.push(today);
        site.clock().advance(A_DAY / 2 + 1);
    }
    let distinct: BTreeSet<&String> = of_days.iter().collect();
    assert_eq!(distinct.len(), bank::questions().len(), "each once before one is shown again: {of_days:#?}");
    assert_eq!(of_days.first(), of_days.last());
    site.page(&of_days[0]).await;
}

#[tokio::test]
async fn a_bank_without_questions_has_a_home_page_all_the_same() {
    let overlay = Overlay::new();
    overlay
        .write("topics.toml", "[[topic]]\nid = \"quiet\"\ntitle = \"Quiet\"\nsummary = \"Nothing yet.\"\n");
    let site = Setup::new().overlay(&overlay).first_start().start().await;
    let page = site.page("/").await;
    assert_eq!(page.texts(".topic-index-title"), ["Quiet"]);
    assert!(!page.has("#of-the-day") && !page.has("#start-here"), "nothing to show, so no empty frames");
    assert_eq!(site.page("/questions").await.text("main .empty h2"), "No question matches");
    assert_eq!(site.page("/topics/quiet").await.text("main .empty h2"), "In preparation");
    for path in ["/feed.xml", "/sitemap.xml", "/search?q=nat", "/about", "/api/v1/questions"] {
        assert_eq!(site.get(path).await.status, 200, "{path}");
    }
}
