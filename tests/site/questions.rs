//! `/questions`: the list with its filters.

use std::collections::BTreeSet;

use crate::overlay::{GENERATED_TOPICS, Generated};
use crate::pages::large_site;
use crate::test_site::TestSite;

fn ids<'a>(questions: impl IntoIterator<Item = &'a Generated>) -> BTreeSet<String> {
    questions.into_iter().map(|question| question.id.clone()).collect()
}

#[tokio::test]
async fn the_list_has_every_question_once_on_as_many_pages_as_it_takes() {
    let (site, _overlay, generated) = large_site().await;
    let total = crate::bank::questions().len() + generated.len();
    assert_eq!(site.page("/questions").await.listed().len(), 20);
    let all = site.whole_list("").await;
    assert_eq!(all.len(), total);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), total, "each once");

    let second = site.page("/questions?page=2").await;
    assert_eq!(second.text("main .result-count"), format!("21–40 of {total} questions"));
    assert_eq!(second.text(".pagination a[aria-current=page]"), "Page 2");
    assert_eq!(second.attribute(".pagination a[rel=prev]", "href"), "/questions");
    assert_eq!(second.attribute("head link[rel=prev]", "href"), "/questions");
    assert_eq!(second.attribute("head link[rel=next]", "href"), "/questions?page=3");
    assert_eq!(second.attribute("link[rel=canonical]", "href"), "http://127.0.0.1:3000/questions?page=2");
}

#[tokio::test]
async fn each_filter_and_all_of_them_together_leave_what_fits() {
    let (site, _overlay, generated) = large_site().await;
    type Fits = fn(&Generated) -> bool;
    let filters: [(&str, Fits); 7] = [
        ("topic=shelf", |q| q.topic == "shelf"),
        ("topic=barn&level=advanced", |q| q.topic == "barn" && q.level == "advanced"),
        ("tag=odd", |q| q.tag == "odd"),
        ("tag=generated&kind=design", |q| q.kind == "design"),
        ("tag=even&level=beginner", |q| q.tag == "even" && q.level == "beginner"),
        ("tag=generated&level=intermediate&kind=scenario", |q| {
            q.level == "intermediate" && q.kind == "scenario"
        }),
        ("topic=cellar&level=beginner&kind=concept&tag=even", |q| {
            q.topic == "cellar" && q.level == "beginner" && q.kind == "concept" && q.tag == "even"
        }),
    ];
    for (query, fits) in filters {
        let expected = ids(generated.iter().filter(|question| fits(question)));
        assert!(!expected.is_empty() && expected.len() < generated.len(), "{query} is worth asking");
        let shown: BTreeSet<String> = site.whole_list(query).await.into_iter().collect();
        assert_eq!(shown, expected, "{query}");
        let page = site.page(&format!("/questions?{query}")).await;
        assert!(page.text("main .result-count").ends_with(&match expected.len() {
            1 => "1 question".to_owned(),
            number => format!("{number} questions"),
        }));
    }
}

#[tokio::test]
async fn the_form_and_the_chips_say_what_is_filtered_and_each_chip_takes_one_filter_away() {
    let (site, _overlay, _) = large_site().await;
    let page = site.page("/questions?topic=shelf&level=advanced&kind=concept&tag=odd&sort=title").await;
    assert_eq!(page.attribute("input[name=level][checked]", "value"), "advanced");
    for (name, value) in [("topic", "shelf"), ("kind", "concept"), ("tag", "odd"), ("sort", "title")] {
        assert_eq!(page.attribute(&format!("select[name={name}] option[selected]"), "value"), value);
    }
    assert_eq!(page.text("details.filters > summary"), "Filter and sort 4 active");
    assert_eq!(
        page.texts(".chips a"),
        [
            "Remove filter: Topic The shelf",
            "Remove filter: Level Advanced",
            "Remove filter: Kind Concept",
            "Remove filter: Tag odd",
        ]
    );
    assert_eq!(
        page.attributes(".chips a", "href"),
        [
            "/questions?level=advanced&kind=concept&tag=odd&sort=title",
            "/questions?topic=shelf&kind=concept&tag=odd&sort=title",
            "/questions?topic=shelf&level=advanced&tag=odd&sort=title",
            "/questions?topic=shelf&level=advanced&kind=concept&sort=title",
        ]
    );
    assert_eq!(page.attribute(".chips-row > a", "href"), "/questions?sort=title");
    assert!(page.has("meta[name=robots][content=noindex]") && !page.has("link[rel=canonical]"));
    assert!(
        page.texts("select[name=topic] option").contains(&"The shelf (16)".to_owned()),
        "topics tell their numbers"
    );
}

#[tokio::test]
async fn links_to_other_pages_keep_the_filters_and_the_order() {
    let (site, _overlay, generated) = large_site().await;
    let page = site.page("/questions?tag=generated&sort=newest&page=2").await;
    assert_eq!(page.attribute(".pagination a[rel=prev]", "href"), "/questions?tag=generated&sort=newest");
    assert_eq!(
        page.attribute(".pagination a[rel=next]", "href"),
        "/questions?tag=generated&sort=newest&page=3"
    );
    let shown = site.whole_list("tag=generated&sort=newest").await;
    assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), ids(&generated));
}

#[tokio::test]
async fn a_list_is_sorted_by_topic_title_level_or_age() {
    let (site, _overlay, generated) = large_site().await;
    let sorted = async |sort: &str| site.whole_list(&format!("tag=generated&sort={sort}")).await;
    let rank = |question: &Generated| match question.level {
        "beginner" => 1_usize,
        "intermediate" => 2,
        _ => 3,
    };
    let topic = |question: &Generated| {
        GENERATED_TOPICS.iter().position(|topic| *topic == question.topic).expect("a topic")
    };
    let by = |key: &dyn Fn(&Generated) -> usize| {
        let mut questions: Vec<&Generated> = generated.iter().collect();
        questions.sort_by_cached_key(|question| (key(question), question.title.to_lowercase()));
        questions.into_iter().map(|question| question.id.clone()).collect::<Vec<_>>()
    };
    let by_topic = by(&|q| topic(q) * 10 + rank(q));
    assert_eq!(sorted("topic").await, by_topic);
    assert_eq!(sorted("").await, by_topic, "topics are the order of a list that names none");
    assert_eq!(sorted("title").await, by(&|_| 0));
    assert_eq!(sorted("level").await, by(&|q| rank(q) * 100 + topic(q)));

    // the bank's own questions are as old as the database; the generated ones came in with the overlay
    site.clock().advance(24 * 60 * 60);
    let overlay = crate::overlay::Overlay::with_question();
    let site = site.restart(Some(&overlay)).await;
    assert_eq!(site.page("/questions?sort=newest").await.listed()[0], "s3-versioning");
}

#[tokio::test]
async fn a_page_past_the_end_shows_the_last_one() {
    let (site, _overlay, _) = large_site().await;
    let last = site.page("/questions?tag=generated&page=3").await;
    for number in ["4", "99", "4294967295"] {
        let page = site.page(&format!("/questions?tag=generated&page={number}")).await;
        assert_eq!(page.listed(), last.listed(), "page {number}");
        assert_eq!(page.text(".pagination a[aria-current=page]"), "Page 3");
    }
}

#[tokio::test]
async fn a_value_that_a_filter_cannot_have_is_told_by_the_name_of_the_filter() {
    let site = TestSite::start().await;
    let bad = [
        ("level=expert", "`level`: unknown level `expert`; known are: beginner, intermediate, advanced."),
        (
            "kind=essay",
            "`kind`: unknown kind `essay`; known are: concept, comparison, scenario, troubleshooting, design.",
        ),
        ("sort=random", "`sort`: unknown sort `random`; known are: topic, title, level, newest."),
        ("topic=Not%20a%20topic", "`topic`: `Not a topic` is not a valid topic id"),
        ("tag=%3Cscript%3E", "`tag`: `<script>` is not a valid tag"),
        ("page=0", "`page` is a number from 1 up."),
        ("page=-1", "`page` is a number from 1 up."),
        ("page=two", "`page` is a number from 1 up."),
        ("page=4294967296", "`page` is a number from 1 up."),
        ("level=beginner&level=advanced", "duplicate field `level`"),
    ];
    for (query, words) in bad {
        let answer = site.get(&format!("/questions?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        let page = answer.page();
        assert_eq!(page.text("h1"), "That request could not be understood");
        assert!(page.text("main .lead").contains(words), "{query}: {}", page.text("main .lead"));
    }
}

#[tokio::test]
async fn empty_values_are_no_filters_and_unknown_parameters_do_no_harm() {
    let site = TestSite::start().await;
    let all = site.page("/questions").await.listed();
    for query in ["topic=&level=&kind=&tag=&sort=&q=&page=", "level=%20", "utm_source=x&fbclid=1"] {
        assert_eq!(site.page(&format!("/questions?{query}")).await.listed(), all, "{query}");
    }
}

#[tokio::test]
async fn a_list_without_a_match_says_so_and_shows_the_way_back() {
    let site = TestSite::start().await;
    let page = site.page("/questions?level=advanced&kind=design&tag=nobody-writes-this").await;
    assert_eq!(page.text("main .empty h2"), "No question matches");
    assert!(page.text("main .empty").contains("No question has all of these filters at once."));
    assert_eq!(page.attributes("main .empty a.button", "href")[0], "/questions");
    assert_eq!(page.count(".chips a"), 3);
    assert!(!page.has(".pagination"));
}

#[tokio::test]
async fn words_narrow_the_list_like_a_search_does() {
    let site = TestSite::start().await;
    let page = site.page("/questions?q=gateway&topic=networking").await;
    let shown = page.listed();
    assert!(shown.contains(&"internet-gateway-vs-nat-gateway".to_owned()), "{shown:?}");
    assert!(!shown.contains(&"api-gateway-lambda".to_owned()), "another topic: {shown:?}");
    assert_eq!(page.attribute("input[name=q][id=filter-q]", "value"), "gateway");
    assert_eq!(page.texts(".chips a")[0], "Remove filter: Words gateway");
}
