//! Owns the lists of English words by what they do in a sentence: filler, glue, verbs, negations.
//!
//! Does not own stems (`stems`) or what a negation reaches (`negation`).
//!
//! All lists hold words as `normalise` writes them: lower case, contractions undone.

/// Articles, pronouns and auxiliaries: they carry no claim of their own, so a phrase such as
/// "cannot be raised" is the same claim as "will not be raised". Dropped from the phrases of terms
/// and free to stand between their words.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "a", "am", "an", "are", "be", "been", "being", "can", "could", "did", "do", "does", "had",
    "has", "have", "having", "he", "i", "is", "it", "its", "may", "might", "must", "my",
    "our", "shall", "should", "that", "the", "their", "them", "these", "they", "this",
    "those", "was", "we", "were", "will", "would", "you", "your",
];

pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.binary_search(&word).is_ok()
}

/// Words that hold sentences together. A text that hardly has any is a list of key words.
#[rustfmt::skip]
const GLUE: &[&str] = &[
    "about", "across", "after", "all", "also", "although", "and", "any", "as", "at",
    "because", "before", "between", "both", "but", "by", "each", "even", "every",
    "everything", "for", "from", "get", "gets", "give", "gives", "how", "however", "if", "in",
    "inside", "instead", "into", "just", "keep", "keeps", "let", "lets", "like", "make",
    "makes", "more", "most", "much", "need", "needs", "neither", "never", "no", "nor", "not",
    "of", "on", "once", "only", "or", "other", "out", "over", "own", "per", "same", "so",
    "some", "something", "such", "than", "then", "there", "through", "to", "too", "under",
    "unless", "until", "up", "use", "used", "uses", "using", "very", "via", "want", "wants",
    "what", "when", "where", "whereas", "whether", "which", "while", "who", "whose", "why",
    "with", "within", "without", "yet",
];

pub(super) fn is_glue(word: &str) -> bool {
    is_filler(word) || GLUE.binary_search(&word).is_ok()
}

/// Prepositions and conjunctions also stand inside the items of a list ("end of life", "in and out"); words that make a
/// statement do not.
pub(super) fn makes_statement(word: &str) -> bool {
    is_filler(word)
        || matches!(
            word,
            "because"
                | "but"
                | "get"
                | "gets"
                | "if"
                | "keep"
                | "keeps"
                | "let"
                | "lets"
                | "make"
                | "makes"
                | "need"
                | "needs"
                | "so"
                | "use"
                | "uses"
                | "want"
                | "what"
                | "when"
                | "where"
                | "which"
                | "while"
                | "who"
                | "why"
        )
}

/// Verbs in the third person: in "Lambda scales automatically, `CloudWatch` collects logs" they are
/// what tells a terse sentence from a list of key words.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "acts", "adds", "allows", "applies", "assumes", "attaches", "authenticates", "authorizes",
    "balances", "becomes", "blocks", "buffers", "calls", "checks", "collects", "comes",
    "connects", "contains", "controls", "copies", "costs", "creates", "decides", "decouples",
    "defines", "deletes", "delivers", "denies", "deploys", "describes", "detects",
    "distributes", "encrypts", "evaluates", "exposes", "fails", "filters", "forwards", "goes",
    "grants", "handles", "happens", "helps", "holds", "integrates", "invokes", "isolates",
    "keeps", "launches", "lets", "limits", "lives", "maintains", "manages", "maps", "means",
    "moves", "offers", "passes", "pays", "polls", "prevents", "processes", "protects",
    "provides", "publishes", "pushes", "reads", "receives", "records", "reduces", "rejects",
    "remembers", "removes", "replaces", "replicates", "retries", "returns", "routes", "runs",
    "scales", "secures", "sends", "serves", "sits", "spreads", "starts", "stays", "stores",
    "supports", "takes", "terminates", "throttles", "traces", "translates", "triggers",
    "validates", "waits", "works", "writes",
];

pub(super) fn is_verb(word: &str) -> bool {
    VERBS.binary_search(&word).is_ok()
}

/// Words that deny what follows.
pub(super) fn is_negator(word: &str) -> bool {
    matches!(
        word,
        "not" | "no" | "never" | "without" | "neither" | "nor" | "none" | "nothing" | "nobody" | "non"
    )
}

/// Two words that together deny what follows: "stateful rather than stateless".
pub(super) fn is_negating_pair(first: &str, second: &str) -> bool {
    matches!((first, second), ("rather", "than") | ("instead", "of") | ("opposed", "to"))
}

/// What after "not", "no" or "without" takes the denial away: "not only", "no doubt",
/// "don't forget that".
pub(super) fn undoes_negation(word: &str) -> bool {
    matches!(
        word,
        "only"
            | "just"
            | "merely"
            | "simply"
            | "solely"
            | "doubt"
            | "question"
            | "matter"
            | "problem"
            | "forget"
            | "wonder"
    )
}

/// "no more than 29 seconds" limits the number, it does not deny it (when "than" follows).
pub(super) fn is_comparative(word: &str) -> bool {
    matches!(
        word,
        "more"
            | "less"
            | "fewer"
            | "longer"
            | "later"
            | "greater"
            | "bigger"
            | "larger"
            | "higher"
            | "lower"
            | "earlier"
            | "sooner"
    )
}

/// Where a clause ends without punctuation. "and" is one ("no servers to manage and scales by
/// itself"), "or" is none ("does not retry or throttle").
pub(super) fn starts_clause(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "but"
            | "however"
            | "though"
            | "although"
            | "whereas"
            | "while"
            | "yet"
            | "because"
            | "since"
            | "so"
            | "then"
            | "when"
            | "if"
            | "until"
            | "till"
            | "unless"
            | "where"
            | "which"
            | "whenever"
            | "before"
            | "after"
            | "during"
    )
}

/// Words that open a condition.
pub(super) fn sets_condition(word: &str) -> bool {
    matches!(word, "if" | "when" | "whenever" | "unless" | "until" | "till")
}

/// "It is not true that", "I don't think that": between a denial and what is denied.
pub(super) fn is_opinion(word: &str) -> bool {
    matches!(word, "true" | "correct" | "right" | "case" | "think" | "believe" | "say" | "mean")
}

/// What stands between a subject and "not".
pub(super) fn is_auxiliary(word: &str) -> bool {
    matches!(
        word,
        "am" | "are"
            | "is"
            | "was"
            | "were"
            | "be"
            | "been"
            | "do"
            | "does"
            | "did"
            | "can"
            | "could"
            | "will"
            | "would"
            | "shall"
            | "should"
            | "may"
            | "might"
            | "must"
            | "has"
            | "have"
            | "had"
            | "need"
    )
}

/// Pronouns that, right after a negation, are the subject of what comes next.
pub(super) fn is_subject(word: &str) -> bool {
    matches!(word, "i" | "you" | "he" | "it" | "we" | "they")
}

/// "no server in the public subnet" denies the server, not the subnet: after "no" and "without" the
/// denial ends at the preposition that follows the noun.
pub(super) fn ends_noun_phrase(word: &str) -> bool {
    matches!(
        word,
        "in" | "on"
            | "at"
            | "from"
            | "with"
            | "inside"
            | "within"
            | "via"
            | "through"
            | "by"
            | "into"
            | "across"
            | "over"
            | "under"
            | "between"
    )
}

/// Long words that are one slip away from another long word. Written in an answer they are taken
/// at their word: "interval" is no mistyped "internal".
#[rustfmt::skip]
const LOOKALIKES: &[&str] = &[
    "adaptive", "adoptive", "compete", "complement", "complete", "compliment", "compute",
    "confirm", "conform", "content", "contest", "context", "contract", "contrast", "convert",
    "eternal", "external", "internal", "interval", "optical", "optimal", "perform",
    "personal", "personnel", "present", "prevent", "project", "protect", "protest", "reserve",
    "resolve", "restart", "retrieve", "revolve", "several", "transit", "transmit", "version",
];

pub(super) fn is_lookalike(root: &str) -> bool {
    LOOKALIKES.binary_search(&root).is_ok()
}

/// Units as people write them after a number: "29s", "29 sec" and "29 seconds" are one.
pub(super) fn unit(word: &str) -> Option<&'static str> {
    Some(match word {
        "ms" | "msec" | "millisecond" | "milliseconds" => "millisecond",
        "s" | "sec" | "secs" | "second" | "seconds" => "second",
        "min" | "mins" | "minute" | "minutes" => "minute",
        "h" | "hr" | "hrs" | "hour" | "hours" => "hour",
        "kb" | "kib" | "kilobyte" | "kilobytes" => "kb",
        "mb" | "mib" | "megabyte" | "megabytes" => "mb",
        "gb" | "gib" | "gigabyte" | "gigabytes" => "gb",
        "tb" | "tib" | "terabyte" | "terabytes" => "tb",
        _ => return None,
    })
}

/// Numbers spelled out: "two Availability Zones", "twenty-nine seconds".
pub(super) fn spelled_number(word: &str) -> Option<u8> {
    #[rustfmt::skip]
    const SMALL: &[&str] = &[
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
        "nineteen",
    ];
    const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let small = (0..).zip(SMALL).find(|(_, name)| **name == word).map(|(number, _)| number);
    small.or_else(|| (2..).zip(TENS).find(|(_, name)| **name == word).map(|(tens, _)| tens * 10))
}

/// Auxiliaries run together with "not", as dictation and haste write them. ("can't" and the like
/// with an apostrophe need no list, except where the verb changes.)
pub(super) fn contraction(word: &str) -> Option<&'static str> {
    Some(match word {
        "cannot" | "cant" | "can't" => "can",
        "wont" | "won't" => "will",
        "shant" | "shan't" => "shall",
        "dont" => "do",
        "doesnt" => "does",
        "didnt" => "did",
        "isnt" => "is",
        "arent" => "are",
        "wasnt" => "was",
        "werent" => "were",
        "hasnt" => "has",
        "havent" => "have",
        "shouldnt" => "should",
        "wouldnt" => "would",
        "couldnt" => "could",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{FILLERS, GLUE, LOOKALIKES, VERBS};

    #[test]
    fn the_lists_are_sorted_for_binary_search() {
        assert!([FILLERS, GLUE, LOOKALIKES, VERBS].iter().all(|list| list.is_sorted()));
    }
}
