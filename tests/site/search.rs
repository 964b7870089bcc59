//! `/search` and `/api/v1/search`: that a search answers, whatever is typed. What it finds first is told in
//! `src/questions/search`.

use crate::test_site::TestSite;

/// What people, editors, scanners and broken programs put into a search box.
const NASTY: [&str; 44] = [
    "\"",
    "\"\"",
    "\"unclosed",
    "a\"b\"c",
    "'",
    "''; drop table questions; --",
    "*",
    "nat*",
    "*nat",
    "^nat",
    "nat^2",
    "(",
    ")",
    "((((((((((",
    "nat)",
    "nat AND",
    "OR",
    "NOT nat",
    "NEAR(nat gateway, 2)",
    "nat NEAR gateway",
    "title:nat",
    "{title answer}: nat",
    "- nat",
    "-nat",
    "+nat",
    "nat + gateway",
    "nat:gateway",
    ":",
    "topic:",
    "topic:nowhere",
    "level:expert",
    "tag:<b>",
    "kind:",
    "topic:networking topic:serverless",
    "level:\"beginner\"",
    "<script>alert(1)</script>",
    "\u{0}nat\u{0}",
    "\u{feff}nat",
    "\u{202e}tan",
    "e\u{301}\u{301}\u{301}",
    "한국어 검색",
    "🦀🦀🦀",
    "%",
    "\\",
];

#[tokio::test]
async fn a_search_shows_questions_with_their_matches_marked() {
    let site = TestSite::start().await;
    let page = site.page("/search?q=nat+gateway").await;
    assert_eq!(page.attribute("main input[name=q]", "value"), "nat gateway");
    assert_eq!(page.text("head > title"), "nat gateway · Search · Dryrun");
    let found = page.listed();
    assert!(found.contains(&"nat-gateway-vs-nat-instance".to_owned()), "{found:?}");
    assert!(page.has(".result mark"), "the matches are marked");
    assert!(page.has("meta[name=robots][content=noindex]"));
    for id in found {
        site.page(&format!("/questions/{id}")).await;
    }
}

#[tokio::test]
async fn operators_narrow_a_search() {
    let site = TestSite::start().await;
    let questions = crate::bank::questions();
    let find =
        |id: &str| questions.iter().find(|question| question.id == id).expect("a question of the bank");
    let of_topic = site.page("/search?q=topic%3Aserverless+timeout").await.listed();
    assert!(of_topic.contains(&"api-gateway-lambda".to_owned()), "{of_topic:?}");
    assert!(of_topic.iter().all(|id| find(id).topic == "serverless"), "{of_topic:?}");
    let of_level = site.json("/api/v1/search?q=level%3Aintermediate").await;
    let intermediate = questions.iter().filter(|question| question.front["level"] == "intermediate").count();
    assert_eq!(of_level["total"], intermediate);
    let levels = of_level["results"].as_array().expect("results").iter().map(|result| &result["level"]);
    assert!(levels.clone().count() > 0 && levels.clone().all(|level| level == "intermediate"));
    let of_tag = site.page("/search?q=tag%3Athrottling").await.listed();
    assert!(of_tag.contains(&"api-gateway-lambda".to_owned()), "{of_tag:?}");
    let tagged = |id: &String| {
        find(id).front["tags"].as_array().is_some_and(|tags| tags.contains(&"throttling".into()))
    };
    assert!(of_tag.iter().all(tagged), "{of_tag:?}");
    let phrase = site.page("/search?q=%22front+door%22").await;
    assert!(phrase.listed().contains(&"api-gateway-lambda".to_owned()));
}

#[tokio::test]
async fn an_empty_search_explains_itself_and_one_without_result_shows_ways_out() {
    let site = TestSite::start().await;
    for path in ["/search", "/search?q=", "/search?q=%20%20"] {
        let page = site.page(path).await;
        assert_eq!(page.text("h1"), "Search");
        assert!(page.text("main .operators").contains("topic:networking"), "{path}");
        assert!(!page.has(".result-count"), "{path}");
    }
    let page = site.page("/search?q=qqqzzzxxx").await;
    assert_eq!(page.text("main .result-count"), "Nothing found for qqqzzzxxx");
    assert_eq!(page.text("main .empty h2"), "No question matches");
    let ways_out = page.attributes("main .empty-links a", "href");
    assert!(ways_out.contains(&"/topics/networking".to_owned()), "{ways_out:?}");
}

#[tokio::test]
async fn a_search_answers_200_whatever_is_typed_and_prints_it_as_text() {
    let site = TestSite::start().await;
    let long = "nat gateway ".repeat(2_000);
    for typed in NASTY.into_iter().chain([long.as_str()]) {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let page = site.page(&format!("/search?q={query}")).await;
        assert_eq!(page.text("h1"), "Search", "{typed:?}");
        assert!(
            !page.all("script").iter().any(|script| script.text().collect::<String>().contains("alert")),
            "{typed:?}"
        );
        let found = site.json(&format!("/api/v1/search?q={query}&limit=5")).await;
        assert!(found["results"].is_array(), "{typed:?}");
        site.page(&format!("/questions?q={query}")).await;
    }
}

#[tokio::test]
async fn odd_parameters_of_a_search_count_as_none() {
    let site = TestSite::start().await;
    let first = site.page("/search?q=gateway").await.listed();
    for parameters in
        ["page=0", "page=-1", "page=x", "page=", "page=1.5", "page=99999999999999999999", "limit=x"]
    {
        let page = site.page(&format!("/search?q=gateway&{parameters}")).await;
        assert_eq!(page.listed(), first, "{parameters}");
        let answer = site.get(&format!("/api/v1/search?q=gateway&{parameters}")).await;
        assert_eq!(answer.status, 200, "{parameters}");
    }
    for path in [
        "/search?q=a&q=b",
        "/search?%ff=%ff",
        "/search?q=%ff%fe",
        "/search?q=%",
        "/search?&&=&",
        "/search?q=gateway&page=4294967295",
    ] {
        assert_eq!(site.get(path).await.status, 200, "{path}");
        assert_eq!(site.get(&format!("/api/v1{path}")).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn suggestions_come_for_unfinished_words_and_no_more_than_asked_for() {
    let site = TestSite::start().await;
    let found = site.json("/api/v1/search?q=nat+gatew&limit=2").await;
    let results = found["results"].as_array().expect("results");
    assert_eq!(results.len(), 2, "{found}");
    for result in results {
        site.page(result["url"].as_str().expect("an address")).await;
        let snippet = result["snippet"].as_str().expect("HTML");
        let unmarked = snippet.replace("<mark>", "").replace("</mark>", "");
        assert!(!unmarked.contains('<') && !unmarked.contains('>'), "only marks: {snippet}");
    }
    let many = site.json("/api/v1/search?q=gateway&limit=9999").await;
    assert!(many["results"].as_array().is_some_and(|results| results.len() <= 50));
}
