//! Owns the forms of one word: from the written word to the key that its spellings and inflections share.
//!
//! Does not own where words begin and end (`normalise`) or what a word does in a sentence (`vocabulary`).
//!
//! The Snowball stemmer does most of the work. Left alone it goes too far for AWS talk, so it is
//! fenced in: it turns "stateful" into "state", "container" into "contain" (which every "the VPC
//! contains …" would then match), "customer" into "custom" and "transition" into "transit".

use std::cell::RefCell;

use std::sync::{Arc, LazyLock};

use foldhash::HashMap;
use rust_stemmers::{Algorithm, Stemmer};

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// Words whose forms a thread remembers.
const REMEMBERED: usize = 32_768;

thread_local! {
    /// The forms of words met before: texts say the same words again and again, and to find one here takes a tenth
    /// of the time of stemming it.
    static MET: RefCell<HashMap<String, Arc<Lexeme>>> = RefCell::default();
}

/// One word in the three forms that matching compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lexeme {
    /// Lower case, American spelling: what prefix wildcards look at.
    pub surface: String,
    /// Without plural, -ed and -ing: what the typo rule measures, so that "polling" counts as a
    /// short word and is never taken for "pooling".
    pub root: String,
    /// The stem: two words with the same key are the same word.
    pub key: String,
}

impl Lexeme {
    /// Expects a word as `normalise` writes it: lower case, without punctuation.
    pub fn new(word: &str) -> Arc<Self> {
        // Numbers, names with digits ("p99", "s3") and other scripts have no English endings.
        if !word.bytes().all(|b| b.is_ascii_lowercase()) {
            return Arc::new(Self { surface: word.to_owned(), root: word.to_owned(), key: word.to_owned() });
        }
        MET.with_borrow_mut(|met| {
            if let Some(lexeme) = met.get(word) {
                return Arc::clone(lexeme);
            }
            if met.len() == REMEMBERED {
                met.clear();
            }
            let lexeme = Arc::new(Self::of_letters(word));
            met.insert(word.to_owned(), Arc::clone(&lexeme));
            lexeme
        })
    }

    fn of_letters(word: &str) -> Self {
        let surface = american_spelling(word);
        let root = uninflected(&surface);
        let key = stem(&surface, &root);
        Self { surface, root, key }
    }
}

/// Abbreviations and names that end in "s" without being a plural.
#[rustfmt::skip]
const SINGULAR: &[&str] = &[
    "aws", "cors", "css", "dax", "devops", "dms", "dns", "dos", "ebs", "ecs", "efs", "eks",
    "faas", "finops", "fips", "fis", "gbps", "gitops", "gps", "https", "iaas", "iops", "js",
    "kds", "kms", "mbps", "nfs", "oss", "paas", "qps", "rds", "rps", "saas", "ses", "sms", "sns",
    "sqs", "sts", "sysops", "tls", "tps", "yes",
];

/// Families that the stemmer would tear apart, or words that it would push into a foreign family.
/// The first entry is looked up with the plural or verb ending already removed.
#[rustfmt::skip]
const FAMILIES: &[(&str, &str)] = &[
    ("alia", "alias"), ("alias", "alias"), ("analysi", "analyz"), ("analysis", "analyz"),
    ("bias", "bias"), ("broke", "break"), ("broken", "break"), ("bu", "bus"), ("built", "build"),
    ("bus", "bus"), ("buse", "bus"), ("caught", "catch"), ("chose", "choos"), ("chosen", "choos"),
    ("consist", "consist of"), ("delivery", "deliver"), ("discovery", "discover"),
    ("gave", "give"), ("given", "give"), ("grew", "grow"), ("grown", "grow"), ("held", "hold"),
    ("hidden", "hide"), ("indice", "index"), ("indices", "index"), ("invocation", "invok"),
    ("kept", "keep"), ("licence", "licens"), ("lost", "lose"), ("made", "make"), ("paid", "pay"),
    ("queu", "queue"), ("recovery", "recover"), ("resend", "resend"), ("resent", "resend"),
    ("sent", "send"), ("spent", "spend"), ("subscription", "subscrib"), ("taken", "take"),
    ("took", "take"), ("transition", "transition"), ("transitioned", "transition"),
    ("written", "write"), ("wrote", "write"),
];

fn stem(surface: &str, root: &str) -> String {
    if SINGULAR.contains(&surface) {
        return surface.to_owned();
    }
    if let Some((_, key)) = FAMILIES.iter().find(|(word, _)| *word == root || *word == surface) {
        return (*key).to_owned();
    }
    if surface.len() <= 3 || !surface.bytes().any(is_vowel) {
        return root.to_owned();
    }
    for ending in ["ly", "ness"] {
        if let Some(rest) = surface.strip_suffix(ending)
            && rest.ends_with("ful")
        {
            return rest.to_owned();
        }
    }
    // The doer is not the deed (a manager, to manage), and "stateful" is not "state".
    if root.len() >= 5 && (root.ends_with("er") || root.ends_with("ful")) {
        return root.to_owned();
    }
    if let Some(start) = root.strip_suffix("ification") {
        return ENGLISH.stem(&format!("{start}ify")).into_owned();
    }
    ENGLISH.stem(surface).into_owned()
}

/// Removes plural, -ed and -ing, and nothing else: "retries" → "retry", "peering" → "peer".
fn uninflected(word: &str) -> String {
    if SINGULAR.contains(&word) || word.len() <= 2 {
        return word.to_owned();
    }
    let mut root = singular(word);
    for ending in ["ing", "ed"] {
        if let Some(rest) = root.strip_suffix(ending)
            && rest.len() >= 3
            && rest.bytes().any(is_vowel)
        {
            root = if ending == "ed" && rest.ends_with('i') {
                format!("{}y", &rest[..rest.len() - 1])
            } else {
                undoubled(rest)
            };
            break;
        }
    }
    root
}

fn singular(word: &str) -> String {
    if let Some(rest) = word.strip_suffix("ies")
        && rest.len() >= 2
    {
        return format!("{rest}y");
    }
    for ending in ["sses", "xes", "ches", "shes", "zzes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    match word.strip_suffix('s') {
        // "APIs" is a plural though it ends in "is"; longer words in -is, -us and -ss are not.
        Some(rest) if word.len() <= 4 && !rest.ends_with(['s', 'u']) && !matches!(word, "this" | "axis") => {
            rest.to_owned()
        }
        Some(rest) if !rest.ends_with(['s', 'u', 'i']) => rest.to_owned(),
        _ => word.to_owned(),
    }
}

fn undoubled(word: &str) -> String {
    let bytes = word.as_bytes();
    match bytes {
        [.., a, b] if a == b && !is_vowel(*b) && !matches!(b, b'l' | b's' | b'z') => {
            word[..word.len() - 1].to_owned()
        }
        _ => word.to_owned(),
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// British to American endings. A word that is no British spelling may be bent too ("exercise");
/// that is harmless, for both sides of a comparison go through here.
pub(super) fn american_spelling(word: &str) -> String {
    #[rustfmt::skip]
    const WHOLE: &[(&str, &str)] = &[
        ("artefact", "artifact"), ("artefacts", "artifacts"), ("defence", "defense"),
        ("grey", "gray"), ("licence", "license"), ("licences", "licenses"),
        ("practise", "practice"), ("practised", "practiced"), ("practising", "practicing"),
        ("programme", "program"), ("programmes", "programs"),
    ];
    #[rustfmt::skip]
    const ENDINGS: &[(&str, &str)] = &[
        ("isation", "ization"), ("isations", "izations"), ("ise", "ize"), ("ises", "izes"),
        ("ised", "ized"), ("ising", "izing"), ("iser", "izer"), ("isers", "izers"),
        ("yse", "yze"), ("ysed", "yzed"), ("ysing", "yzing"), ("our", "or"), ("ours", "ors"),
        ("oured", "ored"), ("ouring", "oring"), ("oural", "oral"), ("ourable", "orable"),
        ("ourite", "orite"), ("logue", "log"), ("logues", "logs"), ("tre", "ter"),
        ("tres", "ters"), ("bre", "ber"), ("bres", "bers"),
    ];
    if let Some((_, american)) = WHOLE.iter().find(|(british, _)| *british == word) {
        return (*american).to_owned();
    }
    for (british, american) in ENDINGS {
        if let Some(start) = word.strip_suffix(british)
            && start.len() >= 3
        {
            return format!("{start}{american}");
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::Lexeme;

    fn assert_family(words: &[&str]) {
        let keys: Vec<_> = words.iter().map(|word| Lexeme::new(word).key.clone()).collect();
        assert!(keys.iter().all(|key| *key == keys[0]), "{words:?} should be one family: {keys:?}");
    }

    fn assert_apart(left: &str, right: &str) {
        assert_ne!(Lexeme::new(left).key, Lexeme::new(right).key, "{left} is not {right}");
    }

    #[test]
    fn inflections_and_spellings_share_a_key() {
        assert_family(&["retry", "retries", "retried", "retrying"]);
        assert_family(&["throttle", "throttles", "throttled", "throttling"]);
        assert_family(&["queue", "queues", "queued", "queuing", "queueing"]);
        assert_family(&["address", "addresses", "addressed"]);
        assert_family(&["status", "statuses"]);
        assert_family(&["alias", "aliases"]);
        assert_family(&["bus", "buses"]);
        assert_family(&["deliver", "delivers", "delivered", "delivery", "deliveries"]);
        assert_family(&["peer", "peers", "peering"]);
        assert_family(&["container", "containers"]);
        assert_family(&["trigger", "triggers", "triggered", "triggering"]);
        assert_family(&["authorise", "authorize", "authorised", "authorization", "authorisation"]);
        assert_family(&["behaviour", "behavior", "behaviours"]);
        assert_family(&["encrypt", "encrypted", "encryption"]);
        assert_family(&["isolate", "isolated", "isolation"]);
        assert_family(&["available", "availability"]);
        assert_family(&["gracefully", "graceful"]);
        assert_family(&["notify", "notifies", "notification", "notifications"]);
        assert_family(&["cancelled", "canceled", "cancel"]);
        assert_family(&["centre", "center", "centers"]);
        assert_family(&["policy", "policies"]);
        assert_family(&["class", "classes"]);
        assert_family(&["evaluate", "evaluated", "evaluation"]);
        assert_family(&["provision", "provisioned", "provisioning"]);
    }

    #[test]
    fn abbreviations_lose_only_a_plural_s() {
        assert_family(&["vpc", "vpcs"]);
        assert_family(&["acl", "acls"]);
        assert_family(&["api", "apis"]);
        assert_family(&["az", "azs"]);
        assert_family(&["ip", "ips"]);
        for name in ["dns", "sqs", "aws", "sns", "iops", "kms", "tls", "https", "cors"] {
            assert_eq!(Lexeme::new(name).key, name);
        }
    }

    #[test]
    fn different_things_stay_apart() {
        assert_apart("stateful", "state");
        assert_apart("stateful", "stateless");
        assert_apart("container", "contains");
        assert_apart("customer", "custom");
        assert_apart("manager", "managed");
        assert_apart("transit", "transition");
        assert_apart("consistent", "consists");
        assert_apart("event", "eventual");
        assert_apart("server", "service");
        assert_apart("p99", "p9");
    }
}
