//! A query as FTS5's MATCH wants it (<https://www.sqlite.org/fts5.html#full_text_query_syntax>).
//!
//! Whatever was typed, the expression is valid: it is made of quoted strings of letters and digits, brackets,
//! AND and OR, and of nothing else.

use std::fmt::Write as _;

use super::query::{Item, Query};
use super::synonyms::Synonyms;
use crate::content::words::label;

/// Words that nearly every question has. They are left out unless there is nothing else: "what is a VPC" means
/// VPC. A phrase keeps them.
const STOP_WORDS: &[&str] = &[
    "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "by", "can", "could", "did", "do",
    "does", "for", "from", "has", "have", "how", "i", "in", "is", "it", "its", "me", "my", "of", "on", "or",
    "s", "should", "so", "t", "that", "the", "their", "them", "then", "there", "these", "they", "this", "to",
    "us", "was", "we", "what", "when", "where", "which", "who", "why", "will", "with", "would", "you",
    "your",
];

/// What one part of the query asks for: any of these phrases, each its words joined by spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    phrases: Vec<String>,
}

impl Clause {
    pub fn new(phrases: impl IntoIterator<Item = String>) -> Self {
        let mut clause = Self { phrases: Vec::new() };
        for phrase in phrases {
            clause.or(phrase);
        }
        clause
    }

    pub fn or(&mut self, phrase: String) {
        if !self.phrases.contains(&phrase) {
            self.phrases.push(phrase);
        }
    }

    fn write(&self, expression: &mut String) {
        expression.push('(');
        for (at, phrase) in self.phrases.iter().enumerate() {
            let or = if at == 0 { "" } else { " OR " };
            // only letters, digits and spaces come here; a quote would end the string, so none may pass
            let _ = write!(expression, "{or}\"{}\"", phrase.replace('"', " "));
        }
        expression.push(')');
    }
}

/// What a query asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expression {
    pub clauses: Vec<Clause>,
    /// One clause a filter; every one must hold.
    labels: Vec<Clause>,
}

/// A clause with the words that it was made of, for finding misspelt ones.
pub(super) struct Part<'q> {
    pub clause: Clause,
    pub items: &'q [Item],
    /// A phrase that is known for its synonyms is spelt right.
    pub is_synonym: bool,
}

impl Part<'_> {
    /// Whether an unquoted word of the part ends at this place of the query's text: it may still be being typed.
    pub fn ends_at(&self, end: usize) -> bool {
        let last = self.items.last().filter(|item| !item.quoted).and_then(|item| item.words.last());
        last.is_some_and(|word| word.at.end == end)
    }
}

/// The parts of a query in their order, without the words that say nothing.
pub(super) fn parts<'q>(query: &'q Query, synonyms: &Synonyms) -> Vec<Part<'q>> {
    let mut parts = Vec::new();
    let mut rest = query.items.as_slice();
    while !rest.is_empty() {
        let synonym = synonyms.at_start_of(rest);
        let (items, after) = rest.split_at(synonym.map_or(1, |(length, _)| length));
        let mut clause = Clause::new([typed(items)]);
        for phrase in synonym.iter().flat_map(|(_, phrases)| phrases.iter()) {
            clause.or(phrase.clone());
        }
        parts.push(Part { clause, items, is_synonym: synonym.is_some() });
        rest = after;
    }
    if parts.iter().any(|part| !is_stop_word(part)) {
        parts.retain(|part| !is_stop_word(part));
    }
    parts
}

fn typed(items: &[Item]) -> String {
    items.iter().flat_map(|item| &item.words).map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn is_stop_word(part: &Part<'_>) -> bool {
    match part.items {
        [Item { words, quoted: false }] => words.iter().all(|word| says_nothing(&word.text)),
        _ => false,
    }
}

/// Whether nearly every question has this word.
pub(super) fn says_nothing(word: &str) -> bool {
    STOP_WORDS.contains(&word)
}

impl Expression {
    pub fn new(clauses: Vec<Clause>, query: &Query) -> Self {
        let any = |name: &'static str, slugs: Vec<&str>| {
            (!slugs.is_empty()).then(|| Clause::new(slugs.into_iter().map(|slug| label(name, slug))))
        };
        let mut labels: Vec<Clause> = [
            any("topic", query.topics.iter().map(AsRef::as_ref).collect()),
            any("level", query.levels.iter().map(|level| level.slug()).collect()),
            any("kind", query.kinds.iter().map(|kind| kind.slug()).collect()),
        ]
        .into_iter()
        .flatten()
        .collect();
        labels.extend(query.tags.iter().map(|tag| Clause::new([label("tag", tag.as_str())])));
        Self { clauses, labels }
    }

    /// Questions in which every clause holds.
    pub fn all(&self) -> String {
        let mut expression = String::new();
        join(&mut expression, " AND ", self.clauses.iter().chain(&self.labels));
        expression
    }

    /// Questions in which some of these clauses hold, and every filter.
    pub fn some(&self, of: &[&Clause]) -> String {
        let mut expression = String::from("(");
        join(&mut expression, " OR ", of.iter().copied());
        expression.push(')');
        for label in &self.labels {
            expression.push_str(" AND ");
            label.write(&mut expression);
        }
        expression
    }
}

fn join<'c>(expression: &mut String, with: &str, clauses: impl Iterator<Item = &'c Clause>) {
    for (at, clause) in clauses.enumerate() {
        if at > 0 {
            expression.push_str(with);
        }
        clause.write(expression);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(typed: &str) -> String {
        let groups = [
            vec!["security group".to_owned(), "SG".to_owned()],
            vec!["time to live".to_owned(), "TTL".to_owned()],
        ];
        let query = Query::parse(typed);
        let clauses = parts(&query, &Synonyms::new(&groups)).into_iter().map(|part| part.clause).collect();
        Expression::new(clauses, &query).all()
    }

    #[test]
    fn words_become_quoted_strings_and_synonyms_alternatives() {
        assert_eq!(all("SG rules"), r#"("sg" OR "security group") AND ("rules")"#);
        assert_eq!(all("security-groups"), r#"("security groups" OR "security group" OR "sg")"#);
        assert_eq!(all("\"SG rules\" OR NEAR(a*)"), r#"("sg rules") AND ("near")"#);
    }

    #[test]
    fn words_that_say_nothing_are_left_out_unless_there_is_nothing_else() {
        assert_eq!(all("what is the time to live"), r#"("time to live" OR "ttl")"#);
        assert_eq!(all("how does it"), r#"("how") AND ("does") AND ("it")"#);
        assert_eq!(all("\"what is\""), r#"("what is")"#);
    }

    #[test]
    fn filters_are_labels() {
        let e = '\u{e000}';
        assert_eq!(
            all("x tag:a-b topic:cost topic:compute"),
            format!(
                r#"("x") AND ("{e}topic{e}cost{e}" OR "{e}topic{e}compute{e}") AND ("{e}tag{e}a{e}b{e}")"#
            )
        );
    }
}
