//! Owns the way from raw text to plain words: folding, word ends, numbers, contractions, breaks.
//!
//! Does not own stems (`stems`) or the meaning of a word (`vocabulary`). Every word keeps the byte
//! range that it came from, so that an answer can be highlighted as the person wrote it.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::vocabulary;

/// What stands between a word and the one before it; a stronger break includes the weaker ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    /// A space, a hyphen, a slash.
    None,
    /// A comma, a dash or a bracket: a negation ends here, a phrase need not.
    Comma,
    /// A colon, the next item of a list, a line that was ended early: phrases end here too.
    Clause,
    Sentence,
}

#[derive(Debug, Clone)]
pub(super) struct Written {
    pub text: String,
    pub range: Range<usize>,
    pub before: Break,
    /// Written in capitals only: an acronym, or the "A" of "A record".
    pub capitals: bool,
    /// After a colon, an arrow or an equals sign: the verb of terse notes.
    pub introduced: bool,
}

/// Longer words are cut: nobody's vocabulary, but somebody's attack.
const LONGEST_WORD: usize = 48;

/// A line ended before this many bytes was ended by the person, not by the width of a page.
const SHORT_LINE: usize = 50;

pub(super) fn split_words(text: &str) -> Vec<Written> {
    let mut scanner = Scanner {
        pieces: fold(text),
        at: 0,
        line_start: 0,
        pending: Break::None,
        introduced: false,
        spelled_tens: false,
        words: Vec::new(),
    };
    scanner.skip_bullet();
    while let Some(ch) = scanner.peek(0) {
        if ch.is_ascii_digit() {
            scanner.number();
        } else if is_word(ch) {
            scanner.word();
        } else if ch.is_whitespace() {
            scanner.space();
        } else {
            scanner.punctuation(ch);
        }
    }
    scanner.words
}

/// One character after folding. A source character may give several pieces ("ﬁ") or none.
struct Piece {
    ch: char,
    capital: bool,
    /// A space inside a number: "10 000" with a no-break or thin space.
    thin: bool,
    range: Range<usize>,
}

/// Compatibility decomposition (the decomposed half of NFKC: full-width letters, ligatures,
/// superscripts become plain), lower case, accents dropped ("naïve" = "naive"), one apostrophe.
fn fold(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::with_capacity(text.len());
    for (start, c) in text.char_indices() {
        let range = start..start + c.len_utf8();
        let mut push = |ch: char, thin: bool| {
            pieces.push(Piece { ch, capital: c.is_uppercase(), thin, range: range.clone() });
        };
        match c {
            _ if c.is_ascii() => push(c.to_ascii_lowercase(), false),
            '‘' | '’' | 'ʼ' => push('\'', false),
            '‐' | '‑' => push('-', false),
            '‒' | '–' | '—' | '―' => push('—', false),
            '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => push(' ', true),
            // Invisible or decoration: belongs to the word that it is attached to.
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '™' | '®' | '©' => {}
            _ => decompose_compatible(c, |part| {
                for ch in part.to_lowercase().filter(|ch| !('\u{300}'..='\u{36f}').contains(ch)) {
                    push(ch, false);
                }
            }),
        }
        if let Some(last) = pieces.last_mut() {
            last.range.end = range.end;
        }
    }
    pieces
}

fn is_word(ch: char) -> bool {
    ch.is_alphanumeric() || is_combining_mark(ch)
}

struct Scanner {
    pieces: Vec<Piece>,
    at: usize,
    line_start: usize,
    pending: Break,
    introduced: bool,
    /// The last word was "twenty" to "ninety" in letters.
    spelled_tens: bool,
    words: Vec<Written>,
}

impl Scanner {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.pieces.get(self.at + ahead).map(|piece| piece.ch)
    }

    fn before(&self, index: usize) -> Option<char> {
        index.checked_sub(1).and_then(|i| self.pieces.get(i)).map(|piece| piece.ch)
    }

    fn digit_at(&self, index: usize) -> bool {
        self.pieces.get(index).is_some_and(|piece| piece.ch.is_ascii_digit())
    }

    fn range(&self, from: usize, to: usize) -> Range<usize> {
        self.pieces[from].range.start..self.pieces[to - 1].range.end
    }

    fn raise(&mut self, to: Break) {
        self.pending = self.pending.max(to);
    }

    /// Numbers as AWS pages write them: "10,000" = "10000" = "10k", "99.99", "10.0.0.0", "/16".
    fn number(&mut self) {
        let mut from = self.at;
        let mut text = String::new();
        let (mut integer, mut grouped) = (true, false);
        while let Some(ch) = self.peek(0) {
            if ch.is_ascii_digit() {
                text.push(ch);
            } else if ch == '.' && self.digit_at(self.at + 1) {
                text.push(ch);
                integer = false;
            } else if integer && (grouped || text.len() <= 3) && self.separates_thousands() {
                grouped = true;
            } else {
                break;
            }
            self.at += 1;
        }
        if integer && self.peek(0) == Some('k') && !self.peek(1).is_some_and(is_word) {
            text.push_str("000");
            self.at += 1;
        }
        // A prefix length: "/16" is not "16". After a word the slash is only an "or": "TCP/22".
        let slashed = self.before(from) == Some('/')
            && !from.checked_sub(1).and_then(|i| self.before(i)).is_some_and(char::is_alphabetic);
        if slashed && integer && text.len() <= 2 {
            from -= 1;
            text.insert(0, '/');
        }
        let range = self.range(from, self.at);
        self.push_number(text, range);
    }

    fn separates_thousands(&self) -> bool {
        let separator = self.pieces.get(self.at).is_some_and(|piece| piece.ch == ',' || piece.thin);
        let three = (1..=3).all(|ahead| self.digit_at(self.at + ahead));
        separator && three && !self.digit_at(self.at + 4)
    }

    fn word(&mut self) {
        let from = self.at;
        let mut text = String::new();
        let mut capitals = true;
        while let Some(piece) = self.pieces.get(self.at) {
            let apostrophe = piece.ch == '\'' && self.peek(1).is_some_and(char::is_alphabetic);
            if !is_word(piece.ch) && !apostrophe {
                break;
            }
            capitals &= piece.capital || !piece.ch.is_alphabetic();
            if text.len() < LONGEST_WORD {
                text.push(piece.ch);
            }
            self.at += 1;
        }
        let range = self.range(from, self.at);
        self.push_word(&text, &range, capitals);
    }

    fn push_word(&mut self, text: &str, range: &Range<usize>, capitals: bool) {
        if let Some(auxiliary) = vocabulary::contraction(text).or_else(|| text.strip_suffix("n't")) {
            self.push(auxiliary.to_owned(), range.clone(), false);
            self.push("not".to_owned(), range.clone(), false);
            return;
        }
        // "Lambda's", "they're", "it'll": the ending carries nothing that a key point asks for.
        let bare = ["'s", "'re", "'ve", "'ll", "'d", "'m"]
            .iter()
            .find_map(|ending| text.strip_suffix(ending))
            .unwrap_or(text);
        let bare = bare.replace('\'', "");
        if let Some(number) = vocabulary::spelled_number(&bare) {
            self.push_spelled_number(number, range);
        } else if let Some(unit) = vocabulary::unit(&bare).filter(|_| self.follows_number()) {
            self.push(unit.to_owned(), range.clone(), capitals);
        } else {
            self.push(bare, range.clone(), capitals);
        }
    }

    fn push_spelled_number(&mut self, number: u8, range: &Range<usize>) {
        if self.spelled_tens
            && (1..=9).contains(&number)
            && self.pending == Break::None
            && let Some(last) = self.words.last_mut()
            && let Ok(tens) = last.text.parse::<u8>()
        {
            last.text = (tens + number).to_string();
            last.range.end = range.end;
            self.spelled_tens = false;
            return;
        }
        self.push(number.to_string(), range.clone(), false);
        self.spelled_tens = (20..=90).contains(&number);
    }

    fn push_number(&mut self, text: String, range: Range<usize>) {
        // Dictation writes "/16" as "slash 16".
        if self.pending == Break::None
            && let Some(last) = self.words.last_mut()
            && last.text == "slash"
        {
            last.text = format!("/{text}");
            last.range.end = range.end;
            return;
        }
        self.push(text, range, false);
    }

    fn follows_number(&self) -> bool {
        self.pending == Break::None
            && self.words.last().is_some_and(|last| last.text.ends_with(|ch: char| ch.is_ascii_digit()))
    }

    fn push(&mut self, text: String, range: Range<usize>, capitals: bool) {
        if text.is_empty() {
            return;
        }
        let introduced = std::mem::take(&mut self.introduced);
        self.words.push(Written { text, range, before: self.pending, capitals, introduced });
        self.pending = Break::None;
        self.spelled_tens = false;
    }

    fn space(&mut self) {
        let line = self.line_start..self.at;
        let mut newlines = 0_usize;
        while let Some(ch) = self.peek(0).filter(|ch| ch.is_whitespace()) {
            newlines += usize::from(ch == '\n');
            self.at += 1;
        }
        if newlines == 0 {
            return;
        }
        self.line_start = self.at;
        if newlines > 1 {
            self.raise(Break::Sentence);
        } else if line.len() < SHORT_LINE {
            self.raise(Break::Clause);
        }
        self.skip_bullet();
    }

    /// "- item", "* item", "1. item": an item is a clause of the sentence that introduces the list,
    /// so that a point made in three short items still stands close together.
    fn skip_bullet(&mut self) {
        let digits = (0..3).take_while(|ahead| self.digit_at(self.at + ahead)).count();
        let marked = match self.peek(digits) {
            Some('-' | '*' | '+' | '•' | '‣' | '#' | '>') => digits == 0,
            Some('.' | ')') => digits > 0,
            _ => false,
        };
        if marked && self.peek(digits + 1).is_some_and(char::is_whitespace) {
            self.at += digits + 1;
            self.raise(Break::Clause);
        }
    }

    fn punctuation(&mut self, ch: char) {
        let spaced_before = self.before(self.at).is_none_or(char::is_whitespace);
        let next = self.peek(1);
        let inside_word = next.is_some_and(is_word) && !spaced_before;
        let arrow = ch == '>' && matches!(self.before(self.at), Some('-' | '='));
        self.introduced |= arrow || matches!(ch, '=' | '→') || (ch == ':' && !inside_word);
        match ch {
            '.' if inside_word || self.ends_abbreviation() => {}
            '.' | '!' | '?' if !inside_word => self.raise(Break::Sentence),
            '。' | ';' => self.raise(Break::Sentence),
            ':' if !inside_word => self.raise(Break::Clause),
            ',' | '(' | ')' | '[' | ']' | '{' | '}' | '—' | '|' | '→' => self.raise(Break::Comma),
            '-' if spaced_before && next.is_none_or(char::is_whitespace) => self.raise(Break::Comma),
            '%' if self.follows_number() && !spaced_before => {
                let range = self.range(self.at, self.at + 1);
                self.push("percent".to_owned(), range, false);
            }
            _ => {}
        }
        self.at += 1;
    }

    fn ends_abbreviation(&self) -> bool {
        let Some(last) = self.words.last().filter(|_| self.pending == Break::None) else { return false };
        let previous = self.words.iter().rev().nth(1).map_or("", |word| word.text.as_str());
        matches!(
            (previous, last.text.as_str()),
            (_, "vs" | "cf" | "approx" | "incl") | ("e", "g") | ("i", "e")
        )
    }
}
