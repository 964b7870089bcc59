//! Owns what a key point asks for: terms with their alternatives, and synonyms.
//!
//! Does not own how they are found in an answer (`matching`).

use std::sync::Arc;

use foldhash::{HashMap, HashSet};

use super::negation::{Polarity, marks};
use super::normalise::{Written, split_words};
use super::stems::{Lexeme, american_spelling};
use super::vocabulary;

/// One thing that an answer must say, with alternatives: `front door | entry point | expos*`.
///
/// An alternative is a word or a phrase. A word that ends in `*` stands for all words that begin so.
/// Inflections, British and American spelling, case and hyphens need no alternatives. The words of
/// a phrase must follow one another in the answer; articles, auxiliaries and one other word may
/// stand between them. An alternative with a negation of its own ("no public IP", "cannot be
/// raised") asks for that negation; any negating word will do.
///
/// A term that begins with `!` lists mistakes, `! both are stateful | NACL remembers`: an answer that makes one of them
/// near the rest of the point does not cover it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    text: String,
    /// Begins with `!`: lists mistakes that an answer must not make.
    pub(super) mistake: bool,
    pub(super) alternatives: Vec<Alternative>,
}

/// Why a term cannot be used. Each message names the alternative and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermError {
    #[error("the term is empty; write a word or a phrase that a good answer contains")]
    Empty,
    #[error("the term `{term}` has an empty alternative; remove the extra `|`")]
    EmptyAlternative { term: String },
    #[error("`{alternative}` has no letter or digit; write a word or a phrase")]
    OnlyPunctuation { alternative: String },
    #[error("`{alternative}` has a `*` that does not end a word; write it as in `thrott*`")]
    MisplacedWildcard { alternative: String },
    #[error(
        "the wildcard in `{alternative}` would match too much; write at least {MIN_PREFIX} letters before `*`"
    )]
    WildcardTooShort { alternative: String },
    #[error(
        "`{alternative}` has {words} words, and nobody says a long phrase word for word; use at most {MAX_WORDS}, or several terms"
    )]
    TooLong { alternative: String, words: usize },
}

const MIN_PREFIX: usize = 3;
const MAX_WORDS: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alternative {
    pub words: Vec<TermWord>,
    /// Says "not", "no" or "instead of" itself, so a negation in the answer is what it asks for.
    pub negates: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TermWord {
    pub lexeme: Arc<Lexeme>,
    pub kind: WordKind,
    /// This word and the next one written as one: "time out" → "timeout".
    pub joined: Option<Arc<Lexeme>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordKind {
    Plain,
    /// All in capitals: an acronym, where one letter makes another service.
    Acronym,
    Filler,
    Negation,
    Prefix,
}

impl Term {
    /// # Errors
    /// When an alternative is empty, has no letter or digit, is too long, or has a wildcard that is
    /// misplaced or too short.
    pub fn parse(text: &str) -> Result<Self, TermError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TermError::Empty);
        }
        let (mistake, listed) = match text.strip_prefix('!') {
            Some(rest) if rest.trim().is_empty() => return Err(TermError::Empty),
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let alternatives = listed.split('|').map(|alternative| match alternative.trim() {
            "" => Err(TermError::EmptyAlternative { term: text.to_owned() }),
            alternative => Alternative::parse(alternative),
        });
        Ok(Self { text: text.to_owned(), mistake, alternatives: alternatives.collect::<Result<_, _>>()? })
    }

    /// Does the term list mistakes instead of what an answer must say?
    #[must_use]
    pub fn is_mistake(&self) -> bool {
        self.mistake
    }

    /// The term as its author wrote it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Display for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Alternative {
    fn parse(text: &str) -> Result<Self, TermError> {
        let alternative = || text.to_owned();
        // A star is one byte, so a space in its place keeps every byte range true.
        let written = split_words(&text.replace('*', " "));
        if written.is_empty() {
            return Err(TermError::OnlyPunctuation { alternative: alternative() });
        }
        if written.len() > MAX_WORDS {
            return Err(TermError::TooLong { alternative: alternative(), words: written.len() });
        }
        let stars: Vec<usize> = text.match_indices('*').map(|(at, _)| at).collect();
        let ends_word = |star: usize| {
            let open =
                text[star + 1..].chars().next().is_none_or(|next| !next.is_alphanumeric() && next != '*');
            open && written.iter().any(|word| word.range.end == star)
        };
        if !stars.iter().all(|star| ends_word(*star)) {
            return Err(TermError::MisplacedWildcard { alternative: alternative() });
        }
        let marks = marks(&written.iter().map(|word| (word.text.as_str(), word.before)).collect::<Vec<_>>());
        let mut words = Vec::with_capacity(written.len());
        for (word, mark) in written.iter().zip(&marks) {
            let prefix = stars.contains(&word.range.end);
            if prefix && word.text.chars().filter(|ch| ch.is_alphabetic()).count() < MIN_PREFIX {
                return Err(TermError::WildcardTooShort { alternative: alternative() });
            }
            words.push(TermWord::new(word, mark.polarity, prefix));
        }
        for i in 1..words.len() {
            words[i - 1].joined = joined(&words[i - 1], &words[i]);
        }
        Ok(Self { words, negates: marks.iter().any(|mark| mark.polarity == Polarity::Denies) })
    }
}

impl TermWord {
    fn new(written: &Written, polarity: Polarity, prefix: bool) -> Self {
        let kind = if prefix {
            WordKind::Prefix
        } else if polarity == Polarity::Denies && vocabulary::is_negator(&written.text) {
            WordKind::Negation
        } else if written.capitals {
            WordKind::Acronym
        } else if vocabulary::is_filler(&written.text) {
            WordKind::Filler
        } else {
            WordKind::Plain
        };
        let lexeme = if prefix { prefix_lexeme(&written.text) } else { Lexeme::new(&written.text) };
        Self { lexeme, kind, joined: None }
    }
}

/// A wildcard is compared with surfaces, which are American: "authoris*" must become "authoriz".
fn prefix_lexeme(start: &str) -> Arc<Lexeme> {
    let whole = american_spelling(&format!("{start}e"));
    let surface = match whole.strip_suffix('e') {
        Some(surface) if start.ends_with("is") || start.ends_with("ys") => surface.to_owned(),
        _ => american_spelling(start),
    };
    Arc::new(Lexeme { root: surface.clone(), key: surface.clone(), surface })
}

fn joined(first: &TermWord, second: &TermWord) -> Option<Arc<Lexeme>> {
    let plain = |word: &TermWord| matches!(word.kind, WordKind::Plain | WordKind::Acronym);
    // "a synchronous call" must not become "asynchronous call".
    let whole = plain(first) && plain(second) && !vocabulary::is_glue(&first.lexeme.surface);
    whole.then(|| Lexeme::new(&format!("{}{}", first.lexeme.surface, second.lexeme.surface)))
}

/// Groups of phrases that mean the same: `["API Gateway", "APIGW"]`. They apply to answers and to
/// terms alike, inside longer phrases too ("SG rules" = "security group rules"). Groups that share a
/// phrase become one.
#[derive(Debug, Clone, Default)]
pub struct Synonyms {
    /// By the key of the first word, so that an answer is compared with few phrases per word.
    phrases: HashMap<String, Vec<Phrase>>,
    words: HashSet<String>,
}

#[derive(Debug, Clone)]
struct Phrase {
    keys: Vec<String>,
    group: usize,
}

/// A group of synonyms holds a phrase without any letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the synonym `{phrase}` has no letter or digit")]
pub struct SynonymError {
    pub phrase: String,
}

impl Synonyms {
    /// # Errors
    /// When a phrase has no letter or digit.
    pub fn new<G, P>(groups: G) -> Result<Self, SynonymError>
    where
        G: IntoIterator,
        G::Item: IntoIterator<Item = P>,
        P: AsRef<str>,
    {
        let mut synonyms = Self::default();
        for group in groups {
            synonyms.add(group)?;
        }
        Ok(synonyms)
    }

    /// Adds one group, such as the title and the aliases of a question.
    ///
    /// # Errors
    /// When a phrase has no letter or digit; the group is then left out.
    pub fn add<P: AsRef<str>>(&mut self, group: impl IntoIterator<Item = P>) -> Result<(), SynonymError> {
        let mut added = Vec::new();
        for phrase in group {
            let keys: Vec<String> =
                split_words(phrase.as_ref()).iter().map(|word| Lexeme::new(&word.text).key.clone()).collect();
            if keys.is_empty() {
                return Err(SynonymError { phrase: phrase.as_ref().to_owned() });
            }
            added.push(keys);
        }
        let new_group = self.phrases.values().flatten().map(|phrase| phrase.group + 1).max().unwrap_or(0);
        let shared: HashSet<usize> = self
            .phrases
            .values()
            .flatten()
            .filter(|known| added.contains(&known.keys))
            .map(|known| known.group)
            .collect();
        for phrase in self.phrases.values_mut().flatten() {
            if shared.contains(&phrase.group) {
                phrase.group = new_group;
            }
        }
        for keys in added {
            let known = self.phrases.entry(keys[0].clone()).or_default();
            if !known.iter().any(|phrase| phrase.keys == keys) {
                self.words.extend(keys.iter().cloned());
                known.push(Phrase { keys, group: new_group });
            }
        }
        Ok(())
    }

    /// Is this the key of a word of some phrase? Such a word is no slip of another one.
    pub(super) fn know(&self, key: &str) -> bool {
        self.words.contains(key)
    }

    /// The groups of the phrases that begin at the first of `keys`, with the phrases' lengths.
    pub(super) fn starting_with<'s>(&'s self, keys: &'s [&str]) -> impl Iterator<Item = (usize, usize)> + 's {
        let candidates = keys.first().and_then(|key| self.phrases.get(*key)).into_iter().flatten();
        candidates
            .filter(move |phrase| {
                phrase.keys.len() <= keys.len() && phrase.keys.iter().zip(keys).all(|(a, b)| a == b)
            })
            .map(|phrase| (phrase.group, phrase.keys.len()))
    }
}
