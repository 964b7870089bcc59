//! `/api/v1`: the bank for programs.

use serde_json::Value;

use crate::bank;
use crate::pages::large_site;
use crate::test_site::TestSite;

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

#[tokio::test]
async fn all_topics_come_in_their_order_with_their_numbers() {
    let site = TestSite::start().await;
    let answer = site.json("/api/v1/topics").await;
    let topics = bank::topics();
    assert_eq!(ids(&answer["topics"]), topics.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>());
    for topic in answer["topics"].as_array().expect("a list") {
        let of_topic =
            bank::questions().iter().filter(|question| topic["id"] == question.topic.as_str()).count();
        assert_eq!(topic["questions"], of_topic, "{}", topic["id"]);
        assert!(topic["summary"].as_str().is_some_and(|summary| summary.len() > 40));
    }
}

#[tokio::test]
async fn the_list_takes_the_same_filters_and_pages_as_the_page() {
    let (site, _overlay, generated) = large_site().await;
    let total = generated.len() + bank::questions().len();
    for query in [
        "",
        "?page=2",
        "?page=3",
        "?topic=shelf",
        "?topic=networking&level=beginner",
        "?level=advanced&sort=title",
        "?kind=design",
        "?tag=odd&page=2",
        "?tag=generated&sort=newest",
        "?sort=level&page=3",
        "?topic=nowhere",
        "?level=&page=",
        "?q=versioning&topic=barn",
    ] {
        let page = site.page(&format!("/questions{query}")).await;
        let answer = site.json(&format!("/api/v1/questions{query}")).await;
        assert_eq!(ids(&answer["questions"]), page.listed(), "{query}");
        let shown = page.texts("main .result-count");
        let number = answer["total"].as_u64().expect("a number");
        assert!(shown.iter().all(|text| text.contains(&format!("{number} question"))), "{query}: {shown:?}");
    }
    let pages = total.div_ceil(20);
    let answer = site.json("/api/v1/questions?page=3").await;
    assert_eq!(
        (&answer["total"], &answer["page"], &answer["pages"]),
        (&total.into(), &3.into(), &pages.into())
    );
    let past = site.json(&format!("/api/v1/questions?page={}", pages + 1)).await;
    assert_eq!(
        past["questions"],
        Value::Array(Vec::new()),
        "a program that reads page after page comes to an end"
    );
    assert_eq!(past["pages"], pages);
}

#[tokio::test]
async fn a_bad_value_is_a_problem_that_names_the_parameter() {
    let site = TestSite::start().await;
    for (query, words) in [
        ("level=expert", "`level`"),
        ("kind=essay", "`kind`"),
        ("topic=A%20B", "`topic`"),
        ("tag=%3C", "`tag`"),
        ("sort=random", "`sort`"),
        ("page=0", "`page`"),
        ("page=1&page=2", "`page`"),
    ] {
        let answer = site.get(&format!("/api/v1/questions?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        let problem = answer.json();
        assert!(
            problem["detail"].as_str().is_some_and(|detail| detail.contains(words)),
            "{query}: {problem}"
        );
    }
}

#[tokio::test]
async fn a_question_carries_everything_that_its_page_shows() {
    let site = TestSite::start().await;
    for written in bank::questions() {
        let question = site.json(&format!("/api/v1/questions/{}", written.id)).await;
        for field in ["title", "level", "kind", "minutes"] {
            assert_eq!(question[field], written.front[field], "{} {field}", written.id);
        }
        assert_eq!(question["topic"], written.topic.as_str());
        assert_eq!(ids(&question["key_points"]), written.ids("key_points"));
        let said = |point: &Value| (point["say"].clone(), point["terms"].clone(), point["probe"].clone());
        let points = |list: &Value| list.as_array().expect("a list").iter().map(said).collect::<Vec<_>>();
        assert_eq!(points(&question["key_points"]), points(&written.front["key_points"]), "{}", written.id);
        assert_eq!(ids(&question["steps"]), written.steps());
        assert_eq!(ids(&question["follow_ups"]), written.follow_ups());
        assert_eq!(ids(&question["quiz"]), written.ids("quiz"));
        for (item, written) in question["quiz"]
            .as_array()
            .expect("a list")
            .iter()
            .zip(written.front["quiz"].as_array().expect("a list"))
        {
            let right = |options: &Value| {
                options
                    .as_array()
                    .expect("a list")
                    .iter()
                    .map(|option| option["right"] == true)
                    .collect::<Vec<_>>()
            };
            assert_eq!(right(&item["options"]), right(&written["options"]), "{}", written["id"]);
        }
        assert_eq!(question["sources"], written.front["sources"], "{}", written.id);
        let dates = |facts: &Value| {
            let dates =
                |fact: &Value| (fact["checked"].clone(), fact["review_by"].clone(), fact["source"].clone());
            facts.as_array().expect("a list").iter().map(dates).collect::<Vec<_>>()
        };
        assert_eq!(dates(&question["facts"]), dates(&written.front["facts"]), "{}", written.id);
        for html in ["answer_html", "explanation_html", "mistakes_html"] {
            assert!(
                question[html].as_str().is_some_and(|html| html.starts_with('<') && html.len() > 200),
                "{} {html}",
                written.id
            );
        }
        let page = site.page(&format!("/questions/{}", written.id)).await;
        let related = page.attributes("section[aria-labelledby=related] .question-row-title", "href");
        let related: Vec<&str> = related.iter().filter_map(|link| link.strip_prefix("/questions/")).collect();
        assert_eq!(ids(&question["related"]), related);
        let neighbour = |name: &str| {
            question[name]["id"].as_str().map(|id| format!("/questions/{id}")).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(neighbour("previous"), page.attributes(".neighbours a[rel=prev]", "href"));
        assert_eq!(neighbour("next"), page.attributes(".neighbours a[rel=next]", "href"));
    }
}

#[tokio::test]
async fn a_search_answers_programs_with_addresses_and_marked_snippets() {
    let site = TestSite::start().await;
    let answer = site.json("/api/v1/search?q=nat+gateway").await;
    assert_eq!(answer["query"], "nat gateway");
    let page = site.page("/search?q=nat+gateway").await;
    assert_eq!(ids(&answer["results"]), page.listed(), "the same as on the page");
    assert!(
        page.text("main .result-count").contains(&format!("{} question", answer["total"])),
        "{}",
        answer["total"]
    );
    assert!(answer["results"][0]["snippet"].as_str().is_some_and(|snippet| snippet.contains("<mark>")));
}

#[tokio::test]
async fn words_and_filters_narrow_the_list_together() {
    let site = TestSite::start().await;
    let ids = |answer: &Value| -> Vec<String> {
        let questions = answer["questions"].as_array().expect("questions");
        questions.iter().map(|question| question["topic"].as_str().expect("a topic").to_owned()).collect()
    };
    let all = site.json("/api/v1/questions?q=gateway").await;
    assert!(ids(&all).iter().any(|topic| topic == "serverless"), "{all}");
    let networking = site.json("/api/v1/questions?q=gateway&topic=networking").await;
    assert!(!ids(&networking).is_empty() && ids(&networking).iter().all(|topic| topic == "networking"));
    // a filter that no question passes is not dropped, and an operator does not widen it
    for query in ["q=gateway&topic=nope", "q=gateway&tag=nope", "topic=networking&q=topic:serverless+gateway"]
    {
        let answer = site.json(&format!("/api/v1/questions?{query}")).await;
        assert_eq!(answer["total"], 0, "{query}: {answer}");
    }
    // the questions must have every word
    assert_eq!(site.json("/api/v1/questions?q=gateway+zebra").await["total"], 0);
}

#[tokio::test]
async fn a_word_may_be_unfinished_only_when_the_asker_says_so() {
    let site = TestSite::start().await;
    let typing = site.json("/api/v1/search?q=nat+gatew&unfinished=true&limit=3").await;
    assert_eq!(typing["results"].as_array().map(Vec::len), Some(3), "{typing}");
    assert_eq!(typing["suggestion"], Value::Null);
    let asked = site.json("/api/v1/search?q=gatew&limit=3").await;
    assert_eq!(asked["total"], 0, "{asked}");
}
