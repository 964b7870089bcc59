//! Hashes that tell whether a file, or the whole content, is the one that was synced before.

use sha2::{Digest, Sha256};

/// Changes whenever the code that parses and renders content does.
const RENDERER: &str = env!("DRYRUN_RENDERER");

/// The hash of one question's text, itself a hash, together with the topics that its files stand in, the code that
/// renders it, and the hash of what is `around` it and may change how it is read.
#[must_use]
pub fn of_question<'a>(topics: impl Iterator<Item = &'a str>, text: &'a str, around: &'a str) -> String {
    of([RENDERER, text, around].into_iter().chain(topics))
}

/// The hash of a list of texts; where one ends and the next begins counts.
#[must_use]
pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
