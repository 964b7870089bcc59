//! What a person typed into the search box: words, "quoted phrases" and filters such as `topic:serverless`.
//!
//! Pure: it knows neither the database nor SQLite's query language; [`super::expression`] writes that.

use std::ops::Range;
use std::str::{CharIndices, FromStr};

use unicode_normalization::UnicodeNormalization as _;

use crate::content::words::words_of;
use crate::content::{Kind, Level};
use crate::ids::{Tag, TopicId};

/// Characters of the text that are used; the rest is dropped.
const MAX_CHARS: usize = 200;
/// Words that are used, those in phrases included: each costs a walk through its questions.
const MAX_WORDS: usize = 12;

/// A parsed search. Whatever is typed makes one; parsing cannot fail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    text: String,
    pub(super) items: Vec<Item>,
    /// From `topic:`; any of them.
    pub topics: Vec<TopicId>,
    /// From `level:`; any of them.
    pub levels: Vec<Level>,
    /// From `kind:`; any of them.
    pub kinds: Vec<Kind>,
    /// From `tag:`; all of them.
    pub tags: Vec<Tag>,
    /// What was left out, and why; whole sentences, plain text.
    pub notices: Vec<String>,
}

/// A word or a quoted phrase. `api-gateway` is one item of two words that must stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// At least one.
    pub words: Vec<Word>,
    /// In quotes: meant exactly so.
    pub quoted: bool,
}

/// A run of letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// In lower case.
    pub text: String,
    /// Its place in the query's text.
    pub at: Range<usize>,
}

impl Query {
    /// Reads what was typed.
    #[must_use]
    pub fn parse(typed: &str) -> Self {
        let usable = |c: char| if c.is_control() || is_private(c) { ' ' } else { c };
        // composed, so that an accent is part of its letter; twice the characters to begin with is enough for that
        let text: String = typed.chars().take(2 * MAX_CHARS).nfc().map(usable).take(MAX_CHARS).collect();
        let mut query = Self { text, ..Self::default() };
        let text = query.text.clone();
        let mut reader = Reader { text: &text, chars: text.char_indices() };
        let mut words_left = MAX_WORDS;
        while let Some(piece) = reader.next_piece() {
            match piece {
                Piece::Filter(name, value) => query.filter(name, value),
                Piece::Text { at, quoted } => query.add(at, quoted, &mut words_left),
            }
        }
        query
    }

    /// What was typed, as far as it is used; for the search box.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is nothing to search for: no word, no phrase, no filter.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && !self.has_filter()
    }

    pub(super) fn has_filter(&self) -> bool {
        !(self.topics.is_empty() && self.levels.is_empty() && self.kinds.is_empty() && self.tags.is_empty())
    }

    /// The text with some of its words replaced.
    pub(super) fn text_with(&self, replacements: &[(Range<usize>, String)]) -> String {
        let mut text = self.text.clone();
        // from the end, so that the places before stay right
        let mut replacements: Vec<_> = replacements.iter().collect();
        replacements.sort_unstable_by_key(|(at, _)| std::cmp::Reverse(at.start));
        for (at, word) in replacements {
            text.replace_range(at.clone(), word);
        }
        text
    }

    fn add(&mut self, at: Range<usize>, quoted: bool, words_left: &mut usize) {
        let start = at.start;
        let found = words_of(&self.text[at]);
        let places: Vec<Range<usize>> = found.map(|word| start + word.start..start + word.end).collect();
        if places.len() > *words_left {
            let notice = format!("Only the first {MAX_WORDS} words were used.");
            if !self.notices.contains(&notice) {
                self.notices.push(notice);
            }
        }
        let places = &places[..places.len().min(*words_left)];
        *words_left -= places.len();
        if !places.is_empty() {
            let word =
                |at: &Range<usize>| Word { text: self.text[at.clone()].to_lowercase(), at: at.clone() };
            self.items.push(Item { words: places.iter().map(word).collect(), quoted });
        }
    }

    fn filter(&mut self, name: FilterName, value: &str) {
        // an operator that is still being typed
        if value.is_empty() {
            return;
        }
        let known = match name {
            FilterName::Topic => keep(&mut self.topics, value),
            FilterName::Level => keep(&mut self.levels, value),
            FilterName::Kind => keep(&mut self.kinds, value),
            FilterName::Tag => keep(&mut self.tags, value),
        };
        if !known {
            self.notices.push(left_out(name.word(), value));
        }
    }
}

/// Tells that a filter names something that is not there.
pub(super) fn left_out(what: &str, value: &str) -> String {
    format!("There is no {what} “{value}”; it was left out.")
}

fn keep<T: FromStr + PartialEq>(kept: &mut Vec<T>, value: &str) -> bool {
    let Ok(value) = value.to_lowercase().parse() else { return false };
    if !kept.contains(&value) {
        kept.push(value);
    }
    true
}

/// Private-use characters: the index's labels are made of them, so no query may hold one.
fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

#[derive(Debug, Clone, Copy)]
enum FilterName {
    Topic,
    Level,
    Kind,
    Tag,
}

impl FilterName {
    const ALL: [Self; 4] = [Self::Topic, Self::Level, Self::Kind, Self::Tag];

    fn word(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Level => "level",
            Self::Kind => "kind",
            Self::Tag => "tag",
        }
    }
}

enum Piece<'t> {
    Filter(FilterName, &'t str),
    Text { at: Range<usize>, quoted: bool },
}

/// Cuts the text into phrases, filters and words.
struct Reader<'t> {
    text: &'t str,
    chars: CharIndices<'t>,
}

impl<'t> Reader<'t> {
    fn next_piece(&mut self) -> Option<Piece<'t>> {
        loop {
            let start = self.at();
            let (_, c) = self.chars.next()?;
            if is_quote(c) {
                let at = self.quoted();
                return Some(Piece::Text { at, quoted: true });
            }
            if let Some((name, length)) = filter_at(&self.text[start..]) {
                self.skip_to(start + length);
                let value = match self.chars.clone().next() {
                    Some((_, c)) if is_quote(c) => {
                        self.chars.next();
                        let at = self.quoted();
                        self.text[at].trim()
                    }
                    _ => {
                        let from = self.at();
                        self.skip_while(|c| !c.is_whitespace() && !is_quote(c));
                        self.text[from..self.at()].trim_matches(|c: char| !c.is_alphanumeric())
                    }
                };
                return Some(Piece::Filter(name, value));
            }
            if c.is_alphanumeric() {
                self.skip_while(|c| c.is_alphanumeric() || joins(c));
                return Some(Piece::Text { at: start..self.at(), quoted: false });
            }
        }
    }

    fn at(&self) -> usize {
        self.chars.offset()
    }

    fn skip_to(&mut self, at: usize) {
        while self.at() < at && self.chars.next().is_some() {}
    }

    fn skip_while(&mut self, goes_on: impl Fn(char) -> bool) {
        while self.chars.clone().next().is_some_and(|(_, c)| goes_on(c)) {
            self.chars.next();
        }
    }

    /// After an opening quote: what is inside. A quote that nobody closes goes to the end.
    fn quoted(&mut self) -> Range<usize> {
        let from = self.at();
        self.skip_while(|c| !is_quote(c));
        let to = self.at();
        self.chars.next();
        from..to
    }
}

/// A filter's name with its colon at the start of `text`, and their length.
fn filter_at(text: &str) -> Option<(FilterName, usize)> {
    let (name, _) = text.split_once(':')?;
    let filter = FilterName::ALL.into_iter().find(|filter| filter.word().eq_ignore_ascii_case(name))?;
    Some((filter, name.len() + 1))
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

/// What holds a word together, as in `api-gateway`, `aws:SourceArn`, `s3.amazonaws.com`, `don't`.
fn joins(c: char) -> bool {
    matches!(c, '-' | '‑' | '.' | '_' | ':' | '&' | '\'' | '’' | '@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(query: &Query) -> Vec<String> {
        let words = |item: &Item| item.words.iter().map(|word| &*word.text).collect::<Vec<_>>().join(" ");
        query
            .items
            .iter()
            .map(|item| if item.quoted { format!("\"{}\"", words(item)) } else { words(item) })
            .collect()
    }

    #[test]
    fn words_phrases_and_filters_are_told_apart() {
        let query = Query::parse(
            "Topic:serverless cold \"Start  time\" level:Advanced api-gateway SG/NACL tag:lambda tag:vpc",
        );
        assert_eq!(items(&query), ["cold", "\"start time\"", "api gateway", "sg", "nacl"]);
        assert_eq!(query.topics.iter().map(TopicId::as_str).collect::<Vec<_>>(), ["serverless"]);
        assert_eq!(query.levels, [Level::Advanced]);
        assert_eq!(query.tags.iter().map(Tag::as_str).collect::<Vec<_>>(), ["lambda", "vpc"]);
        assert_eq!(query.notices, Vec::<String>::new());
    }

    #[test]
    fn a_quote_that_nobody_closes_goes_to_the_end() {
        assert_eq!(items(&Query::parse("vpc \"nat gateway")), ["vpc", "\"nat gateway\""]);
        assert_eq!(items(&Query::parse("“nat gateway” vpc\"")), ["\"nat gateway\"", "vpc"]);
    }

    #[test]
    fn a_filter_that_names_nothing_is_told_and_left_out() {
        let query = Query::parse("vpc level:hard kind:\"big one\" topic: arn:aws:s3");
        assert_eq!(items(&query), ["vpc", "arn aws s3"]);
        assert!(!query.has_filter());
        assert_eq!(
            query.notices,
            ["There is no level “hard”; it was left out.", "There is no kind “big one”; it was left out."]
        );
    }

    #[test]
    fn signs_alone_search_for_nothing() {
        for typed in ["", "  ", "***", "\"\"", "\"", "( ^ - :", "🦀 👩‍💻", "\0\0", "topic:", "\u{e000}"]
        {
            assert!(Query::parse(typed).is_empty(), "{typed:?}");
        }
    }

    #[test]
    fn ten_kilobytes_are_cut_to_what_is_used() {
        let query = Query::parse(&"ab ".repeat(4000));
        assert_eq!(query.text().chars().count(), MAX_CHARS);
        assert_eq!(query.items.len(), MAX_WORDS);
        assert_eq!(query.notices, ["Only the first 12 words were used."]);
    }

    #[test]
    fn a_corrected_query_keeps_its_filters_and_quotes() {
        let query = Query::parse("topic:cost \"securty grup\" x");
        let words: Vec<&Word> = query.items.iter().flat_map(|item| &item.words).collect();
        let replaced =
            [(words[0].at.clone(), "security".to_owned()), (words[1].at.clone(), "group".to_owned())];
        assert_eq!(query.text_with(&replaced), "topic:cost \"security group\" x");
    }
}
