use super::*;

fn problems<T>(parse: fn(&str, &mut Reporter<'_>) -> Option<T>, text: &str) -> Vec<String> {
    let mut reporter = Reporter::new("x.toml", text);
    parse(text, &mut reporter);
    reporter.finish().iter().map(ToString::to_string).collect()
}

#[test]
fn a_topic_file_lists_topics_in_their_order_with_their_paths() {
    let text = "[[topic]]\nid = \"b\"\ntitle = \"B\"\nsummary = \"Bees.\"\npath = [\"two\", \"one\"]\n\n[[topic]]\nid = \"a\"\ntitle = \"A\"\nsummary = \"Ants.\"\n";
    let topics = parse_topics(text, &mut Reporter::new("topics.toml", text)).expect("no problem");
    let ids: Vec<&str> = topics.iter().map(|topic| topic.id.as_str()).collect();
    assert_eq!(ids, ["b", "a"]);
    let path: Vec<&str> = topics[0].path.iter().map(QuestionId::as_str).collect();
    assert_eq!(path, ["two", "one"]);
}

#[test]
fn a_mistake_in_a_topic_file_is_told_with_its_place() {
    let topic = "[[topic]]\nid = \"a\"\ntitle = \"A\"\nsummary = \"Ants.\"\n";
    let cases = [
        (topic.replace("title", "titel"), "x.toml:3:1: error: unknown field `titel`"),
        (topic.replace("\"a\"", "\"A b\""), "x.toml:2:6: error: `A b` is not a valid topic id"),
        (topic.replace("= \"Ants.\"", "="), "x.toml:4:"),
        (topic.replace("[[topic]]", "[topic]"), "x.toml:1:1: error: invalid type: map, expected a sequence"),
        (format!("{topic}{topic}"), "x.toml:5:1: error: the topic `a` is listed twice"),
    ];
    for (text, expected) in cases {
        let told = problems(parse_topics, &text);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].starts_with(expected), "{expected}\n{}", told[0]);
    }
}

#[test]
fn a_mistake_in_a_synonym_file_is_told_with_its_place() {
    let cases = [
        (
            "groups = [[\"security group\"]]",
            "x.toml:1:13: error: a group of synonyms needs two phrases or more",
        ),
        ("groups = [[\"a group\", \"AG\"],\n[\"b group\", \"!!\"]]", "x.toml:2:14: error: "),
        ("groups = [[\"a\", 1]]", "x.toml:1:"),
        ("group = []", "x.toml:1:1: error: unknown field `group`"),
    ];
    for (text, expected) in cases {
        let told = problems(parse_synonyms, text);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].starts_with(expected), "{expected}\n{}", told[0]);
    }
}
