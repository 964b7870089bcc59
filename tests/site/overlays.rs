//! `--content DIR`: an operator's files over the built-in ones.

use crate::bank;
use crate::overlay::{Overlay, QUESTION, QUESTION_FILE, question_with};
use crate::test_site::{Setup, TestSite};

const REPLACED: &str = "questions/serverless/api-gateway-lambda.md";
const OWN_TITLE: &str = "What is our gateway?";

fn own_gateway_question() -> String {
    question_with(&[("What does S3 versioning protect you from?", OWN_TITLE)])
}

async fn problems(site: &TestSite) -> Vec<String> {
    sqlx::query_scalar("select severity || ' ' || file || ':' || line || ':' || column_number || ': ' || message from content_problems order by position")
        .fetch_all(&mut *site.db().reader().await.unwrap())
        .await
        .expect("rows")
}

#[tokio::test]
async fn a_question_of_the_folder_joins_the_bank() {
    let site = Setup::new().overlay(&Overlay::with_question()).start().await;
    let page = site.page("/questions/s3-versioning").await;
    assert_eq!(page.text("h1"), "What does S3 versioning protect you from?");
    assert_eq!(page.text(".place"), "Question 1 of 1 in The attic");
    assert_eq!(site.page("/topics/attic").await.listed(), ["s3-versioning"]);
    assert_eq!(site.total().await, bank::questions().len() + 1);
    let related = site.page("/questions/shared-responsibility-model").await;
    let related = related.attributes("section[aria-labelledby=related] .question-row-title", "href");
    assert_eq!(
        related.last().map(String::as_str),
        Some("/questions/s3-versioning"),
        "the reverse direction comes last"
    );
}

#[tokio::test]
async fn a_question_of_the_folder_replaces_the_built_in_one_by_its_id_and_gives_it_back() {
    let overlay = Overlay::new();
    overlay.write(REPLACED, own_gateway_question());
    let site = TestSite::start().await;
    let number = site.number("select number from questions where id = 'api-gateway-lambda'").await;
    let site = site.restart(Some(&overlay)).await;
    let page = site.page("/questions/api-gateway-lambda").await;
    assert_eq!(page.text("h1"), OWN_TITLE);
    assert!(!page.text("main").contains("token-bucket"), "nothing of the built-in text is left");
    assert_eq!(site.number("select number from questions where id = 'api-gateway-lambda'").await, number);
    assert_eq!(site.total().await, bank::questions().len());

    let site = site.restart(None).await;
    assert!(site.page("/questions/api-gateway-lambda").await.text("h1").starts_with("What is API Gateway"));
    assert_eq!(site.number("select number from questions where id = 'api-gateway-lambda'").await, number);
}

#[tokio::test]
async fn a_question_may_move_to_another_topic() {
    let overlay = Overlay::new();
    overlay.write("questions/messaging/api-gateway-lambda.md", own_gateway_question());
    let site = TestSite::start().await.restart(Some(&overlay)).await;
    let moved = "api-gateway-lambda".to_owned();
    assert!(site.page("/topics/messaging").await.listed().contains(&moved));
    assert!(!site.page("/topics/serverless").await.listed().contains(&moved));
}

#[tokio::test]
async fn a_broken_replacement_is_reported_and_the_built_in_question_serves() {
    let overlay = Overlay::new();
    overlay.write(REPLACED, own_gateway_question().replace("level: beginner", "level: expert"));
    let site = TestSite::start().await.restart(Some(&overlay)).await;
    assert!(site.page("/questions/api-gateway-lambda").await.text("h1").starts_with("What is API Gateway"));
    let expected = format!("error {}:3:8: unknown level `expert`", overlay.file(REPLACED).display());
    assert_eq!(problems(&site).await, [expected.as_str()]);
    let site = site.restart(Some(&overlay)).await;
    assert_eq!(problems(&site).await, [expected.as_str()], "still told, still there");
    assert_eq!(site.synced.problems.len(), 1);

    overlay.write(REPLACED, own_gateway_question());
    let site = site.restart(Some(&overlay)).await;
    assert_eq!(site.page("/questions/api-gateway-lambda").await.text("h1"), OWN_TITLE);
    assert_eq!(problems(&site).await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_new_question_that_breaks_is_left_out_until_it_is_mended() {
    let overlay = Overlay::with_question();
    let site = Setup::new().overlay(&overlay).start().await;
    overlay.write(QUESTION_FILE, QUESTION.replace("## Common mistakes", "## Common misstakes"));
    let site = site.restart(Some(&overlay)).await;
    assert_eq!(site.get("/questions/s3-versioning").await.status, 404);
    assert_eq!(problems(&site).await.len(), 2, "an unknown section and a missing one");
    assert_eq!(site.total().await, bank::questions().len());
    overlay.write(QUESTION_FILE, QUESTION);
    let site = site.restart(Some(&overlay)).await;
    assert_eq!(site.get("/questions/s3-versioning").await.status, 200);
}

#[tokio::test]
async fn the_folder_may_name_the_topics_anew() {
    let overlay = Overlay::with_question();
    overlay.write(
        "topics.toml",
        "[[topic]]\nid = \"attic\"\ntitle = \"Keeping things\"\nsummary = \"Buckets & more.\"\n\n\
         [[topic]]\nid = \"networking\"\ntitle = \"Wires\"\nsummary = \"Packets.\"\npath = [\"nat-gateway-vs-nat-instance\", \"security-group-vs-nacl\"]\n",
    );
    for site in [
        Setup::new().overlay(&overlay).first_start().start().await,
        TestSite::start().await.restart(Some(&overlay)).await,
    ] {
        let home = site.page("/").await;
        assert_eq!(
            home.texts(".topic-index-title"),
            ["Keeping things", "Wires"],
            "in this order and no other"
        );
        let wires = site.page("/topics/networking").await;
        assert_eq!(wires.text("h1"), "Wires");
        let listed = site.page("/questions?topic=networking").await.listed();
        assert_eq!(
            listed[..2],
            ["nat-gateway-vs-nat-instance", "security-group-vs-nacl"],
            "the path comes first"
        );
        assert_eq!(site.page("/questions").await.listed()[0], "s3-versioning", "topics in their new order");
        assert_eq!(site.get("/topics/serverless").await.status, 404);
        assert_eq!(site.get("/questions/api-gateway-lambda").await.status, 404, "its topic is gone");
        let told = problems(&site).await;
        assert!(
            told.iter().any(|problem| problem.contains(
                "content/questions/serverless/api-gateway-lambda.md:1:1: unknown topic `serverless`"
            )),
            "{told:#?}"
        );
        let site = site.restart(None).await;
        assert_eq!(site.page("/").await.count(".topic-index-title"), bank::topics().len());
        assert_eq!(site.get("/questions/api-gateway-lambda").await.status, 200);
    }
}

#[tokio::test]
async fn a_broken_list_of_topics_is_reported_and_the_built_in_one_serves() {
    let overlay = Overlay::new();
    overlay.write("topics.toml", "[[topic]]\nid = \"storage\"\n");
    overlay.write("synonyms.toml", "groups = [[\"alone\"]]\n");
    let site = Setup::new().overlay(&overlay).start().await;
    assert_eq!(site.page("/").await.count(".topic-index-title"), bank::topics().len());
    let told = problems(&site).await;
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[0].contains("topics.toml:1:1: missing field `title`"), "{}", told[0]);
    assert!(told[1].contains("synonyms.toml:1:13: a group of synonyms needs two phrases"), "{}", told[1]);
}

#[tokio::test]
async fn a_file_in_the_wrong_place_is_named_and_left_out() {
    let overlay = Overlay::with_question();
    for file in ["question/s3.md", "questions/attic/notes.txt", "questions/attic/deep/s3.md"] {
        overlay.write(file, b"words");
    }
    let site = Setup::new().overlay(&overlay).start().await;
    let told = problems(&site).await;
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told.iter().all(|problem| problem.contains("this is no content and is left out")), "{told:#?}");
    assert_eq!(site.get("/questions/s3-versioning").await.status, 200);
}

#[tokio::test]
async fn files_that_editors_leave_and_line_ends_of_windows_do_no_harm() {
    let overlay = Overlay::with_question();
    overlay.write(QUESTION_FILE, format!("\u{feff}{}", QUESTION.replace('\n', "\r\n")));
    for file in [
        ".DS_Store",
        "questions/.git",
        "questions/attic/.s3.md.swp",
        "questions/attic/s3-versioning.md~",
        "README.md",
    ] {
        overlay.write(file, b"\xff\x00");
    }
    let site = Setup::new().overlay(&overlay).start().await;
    assert_eq!(problems(&site).await, [] as [&str; 0]);
    assert_eq!(site.page("/questions/s3-versioning").await.texts("ol.steps > li > h3").len(), 2);
}

#[tokio::test]
async fn two_files_of_one_id_are_reported() {
    let overlay = Overlay::with_question();
    overlay.write("questions/storage/s3-versioning.md", QUESTION);
    let site = Setup::new().overlay(&overlay).start().await;
    let told = problems(&site).await;
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("the id `s3-versioning` is also the name of"), "{}", told[0]);
    assert_eq!(site.get("/questions/s3-versioning").await.status, 200, "one of them serves");
}

#[tokio::test]
async fn a_question_with_only_warnings_is_shown() {
    let overlay = Overlay::with_question();
    overlay.write(QUESTION_FILE, question_with(&[("review_by: 2027-05-22", "review_by: 2026-11-21")]));
    let site = Setup::new().overlay(&overlay).start().await;
    let told = problems(&site).await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("warning ") && told[0].contains("stale fact, to be reviewed by 2026-11-21"),
        "{}",
        told[0]
    );
    assert_eq!(site.page("/questions/s3-versioning").await.count(".dated-facts > li.is-stale"), 1);
}
