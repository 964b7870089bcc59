//! Content folders of an operator, laid over the built-in one.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A small complete question without any problem.
pub const QUESTION: &str = include_str!("../samples/question.md");
/// Its topic is one that the bank does not have.
pub const QUESTION_FILE: &str = "questions/attic/s3-versioning.md";

/// The topics of the repository; files that use none but those need no list of their own.
const TOPICS: &str = include_str!("../../content/topics.toml");

/// A content folder. Dropping it removes it.
pub struct Overlay {
    folder: TempDir,
}

impl Overlay {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// With more topics after those of the bank; what is in them is known, however the bank grows.
    pub fn with_topics(ids: &[&str]) -> Self {
        let overlay = Self::new();
        let topic = |id: &&str| {
            format!("\n[[topic]]\nid = \"{id}\"\ntitle = \"The {id}\"\nsummary = \"For {id}.\"\n")
        };
        overlay.write("topics.toml", format!("{TOPICS}{}", ids.iter().map(topic).collect::<String>()));
        overlay
    }

    /// With the sample question in a topic of its own, "The attic".
    pub fn with_question() -> Self {
        let overlay = Self::with_topics(&["attic"]);
        overlay.write(QUESTION_FILE, QUESTION);
        overlay
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where a file of the folder is, as reports name it.
    pub fn file(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let file = self.file(path);
        fs::create_dir_all(file.parent().expect("a folder above it")).expect("a folder");
        fs::write(file, text).expect("a file");
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.file(path)).expect("the file was there");
    }
}

/// The sample with some passages replaced; each must be there.
pub fn question_with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(QUESTION.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "in the sample: {from:?}");
        text.replace(from, to)
    })
}

/// One of many generated questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    pub id: String,
    pub title: String,
    pub topic: &'static str,
    pub level: &'static str,
    pub kind: &'static str,
    pub tag: &'static str,
}

/// The topics of [`large_bank`], in their order.
pub const GENERATED_TOPICS: [&str; 3] = ["shelf", "cellar", "barn"];

/// So many questions that lists have several pages, with every level, kind and two tags in three topics of their own.
pub fn large_bank() -> (Overlay, Vec<Generated>) {
    let overlay = Overlay::with_topics(&GENERATED_TOPICS);
    let questions: Vec<Generated> = (0..46)
        .map(|n| Generated {
            id: format!("generated-{n:02}"),
            // titles that sort otherwise than ids, and lower case among upper case
            title: format!("{} question {:02}", if n % 2 == 0 { "Versioning" } else { "versioning" }, 99 - n),
            topic: GENERATED_TOPICS[n % 3],
            level: ["beginner", "intermediate", "advanced"][n / 3 % 3],
            kind: ["concept", "comparison", "scenario", "troubleshooting", "design"][n % 5],
            tag: ["even", "odd"][n % 2],
        })
        .collect();
    // code and diagrams take most of a sync's time, and no list shows them
    let (before, rest) = QUESTION.split_once("```diagram").expect("the sample has a diagram");
    let (_, after) = rest.split_once("```\n\n").expect("that ends");
    let diagram = &QUESTION[before.len()..QUESTION.len() - after.len()];
    for question in &questions {
        let text = question_with(&[
            (diagram, ""),
            ("```bash", "```text"),
            ("What does S3 versioning protect you from?", &question.title),
            ("level: beginner", &format!("level: {}", question.level)),
            ("kind: concept", &format!("kind: {}", question.kind)),
            ("tags: [s3, versioning]", &format!("tags: [generated, {}]", question.tag)),
        ]);
        overlay.write(&format!("questions/{}/{}.md", question.topic, question.id), text);
    }
    (overlay, questions)
}
