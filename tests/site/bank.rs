//! The repository's own content, read from its files without the code under test.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// A question as it is written.
pub struct Written {
    pub id: String,
    pub topic: String,
    pub front: Value,
    pub body: String,
}

impl Written {
    pub fn title(&self) -> &str {
        self.front["title"].as_str().expect("a title")
    }

    /// The ids of a list of the front matter.
    pub fn ids(&self, list: &str) -> Vec<String> {
        let items = self.front[list].as_array().map(Vec::as_slice).unwrap_or_default();
        items.iter().map(|item| item["id"].as_str().or(item.as_str()).expect("an id").to_owned()).collect()
    }

    /// The ids that the lines of a section end with: of numbered steps, or of headings.
    pub fn marked(&self, section: &str, line_begins: fn(&str) -> bool) -> Vec<String> {
        let (_, rest) = self.body.split_once(&format!("\n## {section}\n")).expect("the section is there");
        let text = rest.split("\n## ").next().unwrap_or(rest);
        let lines = text.lines().filter(|line| line_begins(line));
        lines.filter_map(|line| Some(line.split_once("{#")?.1.split_once('}')?.0.to_owned())).collect()
    }

    pub fn steps(&self) -> Vec<String> {
        self.marked("Hands-on example", |line| line.starts_with(|c: char| c.is_ascii_digit()))
    }

    pub fn follow_ups(&self) -> Vec<String> {
        self.marked("Follow-up questions", |line| line.starts_with("### "))
    }
}

/// Every question of `content/`, by id.
pub fn questions() -> Vec<Written> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/questions");
    let mut found = Vec::new();
    for topic in fs::read_dir(folder).expect("content/questions") {
        let topic = topic.expect("a topic").path();
        for file in fs::read_dir(&topic).expect("a topic's folder") {
            let file = file.expect("a question").path();
            let text = fs::read_to_string(&file).expect("UTF-8");
            let (_, rest) = text.split_once("---\n").expect("front matter");
            let (front, body) = rest.split_once("\n---\n").expect("front matter that ends");
            found.push(Written {
                id: file.file_stem().expect("a name").to_string_lossy().into_owned(),
                topic: topic.file_name().expect("a name").to_string_lossy().into_owned(),
                front: serde_saphyr::from_str(front)
                    .unwrap_or_else(|error| panic!("{}: {error}", file.display())),
                body: format!("\n{body}"),
            });
        }
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

/// The ids of `content/topics.toml` with their titles, in their order.
pub fn topics() -> Vec<(String, String)> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("content/topics.toml"))
        .expect("topics.toml");
    let file: toml::Table = text.parse().expect("TOML");
    let topics = file["topic"].as_array().expect("a list of topics");
    topics.iter().map(|topic| (field(topic, "id"), field(topic, "title"))).collect()
}

fn field(topic: &toml::Value, name: &str) -> String {
    topic[name].as_str().expect("a text").to_owned()
}
