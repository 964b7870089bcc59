//! Owns an answer made ready for matching: its words, sentences, denials and an index.
//!
//! Does not own terms (`terms`) or the comparison (`matching`).

use std::ops::Range;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};

use super::negation::{Mark, Polarity, marks};
use super::normalise::{Break, Written, split_words};
use super::stems::Lexeme;
use super::terms::Synonyms;
use super::vocabulary;

/// What is read of an answer. Far more than anybody says in an interview; the rest is left out.
pub const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Dictation comes without full stops. A "sentence" of more words than this is cut, or the rule that
/// terms must stand close together would mean nothing there.
const LONGEST_SENTENCE: usize = 40;

/// "It routes. It throttles." A shorter sentence goes together with the next one: it is too little to
/// be far from its neighbour, or to tell a sentence from a list.
const SHORTEST_SENTENCE: usize = 6;

/// Spoken and written prose has 30–50 % glue words, terse notes about 20 %, lists of key words next
/// to none. Below one word in seven it is a list.
const WORDS_PER_GLUE: usize = 7;

/// So many parts between commas of on average so few words are a list, too, unless they hold words that make
/// statements: "end of life, in and out, per GB".
const MANY_PARTS: usize = 6;
const SHORT_PART: usize = 3;

/// How many glue words a colon, an arrow or an equals sign is worth in notes.
const INTRODUCTION: usize = 2;

/// An answer, split and stemmed once, to be compared with many key points.
#[derive(Debug)]
pub struct Answer<'s> {
    pub(super) synonyms: &'s Synonyms,
    pub(super) tokens: Vec<Token>,
    /// Every distinct word once, with the places where it stands.
    pub(super) entries: Vec<Entry>,
    /// Entries by surface and by key.
    by_surface: HashMap<String, usize>,
    by_key: HashMap<String, Vec<usize>>,
    /// Where a phrase of a synonym group stands.
    pub(super) groups: HashMap<usize, Vec<Span>>,
    /// Is the sentence a mere list of words?
    pub(super) listed: Vec<bool>,
    truncated: bool,
}

#[derive(Debug)]
pub(super) struct Token {
    pub entry: usize,
    pub range: Range<usize>,
    pub before: Break,
    pub mark: Mark,
    /// After a colon, an arrow or an equals sign.
    pub introduced: bool,
    pub sentence: usize,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub lexeme: Arc<Lexeme>,
    pub glue: bool,
    pub places: Vec<usize>,
}

/// Neighbouring tokens, `from..to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub from: usize,
    pub to: usize,
}

impl<'s> Answer<'s> {
    /// Reads at most [`MAX_ANSWER_BYTES`] of `text`. All byte ranges in results refer to `text`.
    #[must_use]
    pub fn prepare(text: &str, synonyms: &'s Synonyms) -> Self {
        let read = &text[..text.floor_char_boundary(MAX_ANSWER_BYTES)];
        let mut written = split_words(read);
        if read.len() < text.len() {
            // The cut may have gone through the last word.
            written.pop();
        }
        let marks = marks(&written.iter().map(|word| (word.text.as_str(), word.before)).collect::<Vec<_>>());
        let mut answer = Self {
            synonyms,
            tokens: Vec::with_capacity(written.len()),
            entries: Vec::new(),
            by_surface: HashMap::with_capacity(written.len()),
            by_key: HashMap::with_capacity(written.len()),
            groups: HashMap::new(),
            listed: Vec::new(),
            truncated: read.len() < text.len(),
        };
        let mut entry_of: HashMap<String, usize> = HashMap::with_capacity(written.len());
        let (mut sentence, mut words_in_sentence) = (0, 0);
        for (place, (word, mark)) in written.into_iter().zip(marks).enumerate() {
            let ends = word.before == Break::Sentence && words_in_sentence >= SHORTEST_SENTENCE;
            if ends || words_in_sentence == LONGEST_SENTENCE {
                sentence += 1;
                words_in_sentence = 0;
            }
            words_in_sentence += 1;
            let entry = if let Some(entry) = entry_of.get(&word.text) {
                *entry
            } else {
                let entry = answer.add_entry(&word.text);
                entry_of.insert(word.text, entry);
                entry
            };
            answer.entries[entry].places.push(place);
            let Written { range, before, introduced, .. } = word;
            answer.tokens.push(Token { entry, range, before, mark, introduced, sentence });
        }
        answer.find_groups();
        answer.judge_sentences();
        answer
    }

    /// Was the answer longer than [`MAX_ANSWER_BYTES`], so that its end was not read?
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// How many words were read (contractions such as "doesn't" are two).
    #[must_use]
    pub fn word_count(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn entry_at(&self, place: usize) -> &Entry {
        &self.entries[self.tokens[place].entry]
    }

    pub(super) fn with_surface(&self, surface: &str) -> Option<&Entry> {
        self.by_surface.get(surface).map(|entry| &self.entries[*entry])
    }

    pub(super) fn with_key(&self, key: &str) -> impl Iterator<Item = &Entry> {
        self.by_key.get(key).into_iter().flatten().map(|entry| &self.entries[*entry])
    }

    fn add_entry(&mut self, word: &str) -> usize {
        let entry = self.entries.len();
        let lexeme = Lexeme::new(word);
        self.by_surface.entry(lexeme.surface.clone()).or_insert(entry);
        self.by_key.entry(lexeme.key.clone()).or_default().push(entry);
        self.entries.push(Entry { lexeme, glue: vocabulary::is_glue(word), places: Vec::new() });
        entry
    }

    fn find_groups(&mut self) {
        let keys: Vec<&str> =
            self.tokens.iter().map(|token| self.entries[token.entry].lexeme.key.as_str()).collect();
        let mut groups: HashMap<usize, Vec<Span>> = HashMap::new();
        for from in 0..keys.len() {
            for (group, length) in self.synonyms.starting_with(&keys[from..]) {
                let to = from + length;
                if self.tokens[from + 1..to].iter().all(|token| token.before < Break::Clause) {
                    groups.entry(group).or_default().push(Span { from, to });
                }
            }
        }
        self.groups = groups;
    }

    fn judge_sentences(&mut self) {
        let mut sentences = vec![Style::default(); self.tokens.last().map_or(0, |last| last.sentence + 1)];
        let mut whole = Style::default();
        // A verb between two other words of its clause holds them together; alone between commas
        // ("routes, throttles, caches") it is one more item.
        let free = |place: usize| self.tokens.get(place).is_some_and(|token| token.before == Break::None);
        for (place, token) in self.tokens.iter().enumerate() {
            let entry = &self.entries[token.entry];
            let states = token.mark.polarity == Polarity::Denies
                || vocabulary::makes_statement(&entry.lexeme.surface)
                || (free(place) && free(place + 1) && vocabulary::is_verb(&entry.lexeme.surface));
            for style in [&mut sentences[token.sentence], &mut whole] {
                style.count(token, entry.glue, states);
            }
        }
        // A short rest at the end is judged by the company it keeps.
        let list = whole.is_list(0);
        let judge = |style: &Style| match style {
            _ if style.words < SHORTEST_SENTENCE => list,
            // "AWS: buildings, racks, hypervisor" says something, unless nothing else in the answer does.
            _ => style.is_list(if list { 0 } else { INTRODUCTION }),
        };
        self.listed = sentences.iter().map(judge).collect();
    }
}

#[derive(Clone, Default)]
struct Style {
    words: usize,
    /// Parts between commas and stronger breaks.
    parts: usize,
    holding: usize,
    stating: usize,
    introductions: usize,
}

impl Style {
    fn count(&mut self, token: &Token, glue: bool, states: bool) {
        self.parts += usize::from(self.words == 0 || token.before > Break::None);
        self.words += 1;
        self.holding += usize::from(glue || states);
        self.stating += usize::from(states);
        self.introductions += usize::from(token.introduced);
    }

    /// `introduction` is what a colon, an arrow or an equals sign is worth, in words.
    fn is_list(&self, introduction: usize) -> bool {
        let enough =
            |words: usize| (words + self.introductions * introduction) * WORDS_PER_GLUE >= self.words;
        let choppy = self.parts >= MANY_PARTS && self.words <= self.parts * SHORT_PART;
        !enough(self.holding) || (choppy && !enough(self.stating))
    }
}
