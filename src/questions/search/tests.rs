//! Searches of a small bank, in a real SQLite file, synced from real files.

use proptest::prelude::*;

use super::expression::{Expression, parts};
use super::*;
use crate::clock::Clock;
use crate::content::{Sources, sync};
use crate::db::{Db, Reader};
use crate::questions::Catalogue;

struct Bank {
    db: Db,
    synonyms: Synonyms,
    folder: tempfile::TempDir,
}

impl Bank {
    /// The embedded content.
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        sync::sync(&db, Sources::find(None).unwrap(), &Clock::System).await.unwrap();
        let synonyms = Synonyms::load(&mut db.reader().await.unwrap()).await.unwrap();
        Self { db, synonyms, folder }
    }

    async fn reader(&self) -> Reader {
        self.db.reader().await.unwrap()
    }

    async fn search(&self, typed: &str) -> Found {
        search(&mut *self.reader().await, &Query::parse(typed), &self.synonyms, Page::FIRST, 20)
            .await
            .unwrap()
    }

    async fn ids(&self, typed: &str) -> Vec<String> {
        self.search(typed).await.results.into_iter().map(|hit| hit.id.to_string()).collect()
    }
}

#[tokio::test]
async fn an_acronym_finds_what_it_stands_for_and_the_other_way_round() {
    let bank = Bank::open().await;
    assert_eq!(bank.ids("NACL").await, bank.ids("network ACL").await);
    assert_eq!(bank.ids("SG NACL").await.first().map(String::as_str), Some("security-group-vs-nacl"));
    assert_eq!(bank.ids("APIGW").await.first().map(String::as_str), Some("api-gateway-lambda"));
    assert_eq!(bank.ids("IGW").await, bank.ids("internet gateways").await);
    assert!(bank.ids("IGW").await[..2].contains(&"internet-gateway-vs-nat-gateway".to_owned()));
}

#[tokio::test]
async fn the_question_that_is_called_so_comes_first_and_its_matches_are_marked() {
    let bank = Bank::open().await;
    let found = bank.search("shared responsibility model").await;
    assert_eq!(found.results[0].id.as_str(), "shared-responsibility-model");
    assert!(found.results[0].title_html.contains("<mark>"), "{}", found.results[0].title_html);
    assert!(found.results[0].snippet_html.contains("<mark>"), "{}", found.results[0].snippet_html);
    assert_eq!((found.matched, found.suggestion), (Matched::All, None));
}

#[tokio::test]
async fn a_misspelt_query_is_mended_word_by_word() {
    let bank = Bank::open().await;
    assert_eq!(bank.search("securty grup").await.suggestion.as_deref(), Some("security group"));
    let found = bank.search("topic:networking \"securty group\"").await;
    assert_eq!(found.suggestion.as_deref(), Some("topic:networking \"security group\""));
    assert_eq!(bank.search("security group").await.suggestion, None);
    assert_eq!(bank.search("qwxzqwxz").await.suggestion, None);
}

#[tokio::test]
async fn when_no_question_has_all_the_words_those_with_some_come() {
    let bank = Bank::open().await;
    let found = bank.search("responsibility qwxzqwxz").await;
    assert_eq!(found.matched, Matched::Some);
    assert_eq!(found.results[0].id.as_str(), "shared-responsibility-model");
    let nothing = bank.search("qwxzqwxz").await;
    assert_eq!((nothing.total, nothing.matched), (Total::Exactly(0), Matched::All));
}

#[tokio::test]
async fn filters_narrow_and_unknown_ones_are_told() {
    let bank = Bank::open().await;
    let serverless = bank.search("gateway topic:serverless").await;
    assert!(!serverless.results.is_empty());
    assert!(serverless.results.iter().all(|hit| hit.topic.as_str() == "serverless"));

    let in_order = bank.search("topic:networking").await;
    let catalogue = Catalogue::load(&mut *bank.reader().await).await.unwrap();
    let networking = "networking".parse().unwrap();
    let listed = catalogue.in_topic(&networking);
    let ids = |found: Found| found.results.into_iter().map(|hit| hit.id).collect::<Vec<_>>();
    assert_eq!(in_order.total, Total::Exactly(u32::try_from(listed.len()).unwrap()));
    assert_eq!(ids(in_order), listed.map(|question| question.id.clone()).collect::<Vec<_>>());

    let unknown = bank.search("vpc topic:netwroking tag:nothing-like-it").await;
    assert!(!unknown.results.is_empty());
    assert_eq!(
        unknown.notices,
        [
            "There is no topic “netwroking”; it was left out.",
            "There is no tag “nothing-like-it”; it was left out."
        ]
    );
}

#[tokio::test]
async fn a_word_matches_while_it_is_being_typed() {
    let bank = Bank::open().await;
    for typed in ["responsibi", "shared respon", "what is the shared resp"] {
        let hits = search_as_you_type(&mut *bank.reader().await, &Query::parse(typed), &bank.synonyms, 5)
            .await
            .unwrap();
        assert_eq!(hits[0].id.as_str(), "shared-responsibility-model", "{typed:?}");
    }
}

#[tokio::test]
async fn a_mistyped_address_leads_to_the_question() {
    let bank = Bank::open().await;
    for path in
        ["/questions/secruity-group-vs-nacl", "/questions/security-group-nacl", "/security-group-vs-nalc/"]
    {
        let near = nearest(&mut *bank.reader().await, path, 3).await.unwrap();
        assert_eq!(near[0].id.as_str(), "security-group-vs-nacl", "{path}");
    }
    assert_eq!(nearest(&mut *bank.reader().await, "/", 3).await.unwrap(), []);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let bank = Bank::open().await;
    let whole = bank.ids("gateway").await;
    assert!(whole.len() > 2);
    let mut paged = Vec::new();
    for page in 1..=3 {
        let query = Query::parse("gateway");
        let found = search(&mut *bank.reader().await, &query, &bank.synonyms, Page(page), 2).await.unwrap();
        paged.extend(found.results.into_iter().map(|hit| hit.id.to_string()));
    }
    assert_eq!(paged, whole[..paged.len()]);
}

#[tokio::test]
async fn words_of_a_question_that_changes_or_goes_are_forgotten() {
    let bank = Bank::open().await;
    let overlay = bank.folder.path().join("content");
    let file = overlay.join("questions/fundamentals/shared-responsibility-model.md");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let embedded = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let source =
        std::fs::read_to_string(embedded.join("questions/fundamentals/shared-responsibility-model.md"))
            .unwrap();
    let words = async |word: &'static str| {
        sqlx::query_scalar!("select questions from search_words where word = ?1", word)
            .fetch_optional(&mut *bank.reader().await)
            .await
            .unwrap()
    };
    let before = words("responsibility").await;
    std::fs::write(
        &file,
        source.replacen("## Technical explanation\n", "## Technical explanation\n\nZyzzyva.\n", 1),
    )
    .unwrap();
    sync::sync(&bank.db, Sources::find(Some(&overlay)).unwrap(), &Clock::System).await.unwrap();
    assert_eq!(words("zyzzyva").await, Some(1));
    assert_eq!(words("responsibility").await, before);
    sync::sync(&bank.db, Sources::find(None).unwrap(), &Clock::System).await.unwrap();
    assert_eq!(words("zyzzyva").await, None);
    assert_eq!(words("responsibility").await, before);
}

/// Signs of FTS5's language among words, and anything else.
fn typed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-zA-Z0-9]{1,8}",
        3 => prop::sample::select(vec![
            "\"", "“", "*", "^", "-", "+", ":", "(", ")", "{", "}", ",", "NEAR", "NEAR(a b, 2)", "AND", "OR", "NOT",
            "topic:", "level:", "tag:x", "kind:", "title:", "\0", "'", "''", "\\", "\u{e000}", "sg", "api gateway",
            "🦀", "e\u{301}", "ß", "İ", "日本語", "اختبار", "\u{200d}", "\u{2}", "what is",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let between = prop::sample::select(vec!["", " "]);
    prop::collection::vec((piece, between), 0..20)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, after)| piece + after).collect())
}

#[test]
fn whatever_is_typed_makes_an_expression_that_sqlite_accepts() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bank = runtime.block_on(Bank::open());
    proptest!(ProptestConfig::with_cases(400), |(typed in typed())| {
        let query = Query::parse(&typed);
        prop_assert!(query.text().chars().count() <= 200);
        prop_assert!(query.items.iter().map(|item| item.words.len()).sum::<usize>() <= 12);
        let clauses = parts(&query, &bank.synonyms).into_iter().map(|part| part.clause).collect();
        let expression = Expression::new(clauses, &query);
        runtime.block_on(async {
            if !query.is_empty() {
                let matched = expression.all();
                sqlx::query_scalar!("select count(*) from question_search where question_search match ?1", matched)
                    .fetch_one(&mut *bank.reader().await)
                    .await
                    .unwrap();
            }
            search(&mut *bank.reader().await, &query, &bank.synonyms, Page::FIRST, 5).await.unwrap();
            search_as_you_type(&mut *bank.reader().await, &query, &bank.synonyms, 5).await.unwrap();
            nearest(&mut *bank.reader().await, &typed, 5).await.unwrap();
        });
    });
}
