//! Passwords: which are accepted, and how they are kept.
//!
//! Rules after NIST SP 800-63B-4: a length, a list of what is tried first, and no rule of composition. Kept as Argon2id
//! with the parameters that OWASP's cheat sheet names first (19 MiB, two passes, one lane).

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash as PhcHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

use super::person::PersonName;

/// In characters.
pub const SHORTEST: usize = 10;
pub const LONGEST: usize = 200;

/// Hashes computed at once: each takes a core for some time and 19 MiB. Whoever comes then waits.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Verified for a name that nobody has, so that the answer takes as long as for a wrong password.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmU$BIkpB7ThVVbBFCKBUNMXXsEZm2vvelNMBzfDnGdVBAg";

/// A password that may be used.
#[derive(Clone)]
pub struct Password(String);

/// Why a password may not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    #[error("Choose a password of at least {SHORTEST} characters. Four or five words are easy to remember.")]
    Short,
    #[error("Choose a password of at most {LONGEST} characters.")]
    Long,
    #[error("This password is one of those that are guessed first. Choose another.")]
    Common,
    #[error("The password is hardly more than the name. Choose another.")]
    Name,
}

/// What the database keeps of a password, in PHC's format.
#[derive(Clone, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct PasswordHash(String);

/// Never printed by accident.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

impl Password {
    /// The password that somebody of this name chose.
    ///
    /// # Errors
    ///
    /// When it is too short, too long or too easy to guess.
    pub fn choose(typed: &str, name: &PersonName) -> Result<Self, WeakPassword> {
        match typed.chars().count() {
            length if length < SHORTEST => return Err(WeakPassword::Short),
            length if length > LONGEST => return Err(WeakPassword::Long),
            _ => {}
        }
        let folded = normalised(typed).to_lowercase();
        if is_common(&folded) {
            return Err(WeakPassword::Common);
        }
        if is_hardly_more_than(&folded, &name.key()) {
            return Err(WeakPassword::Name);
        }
        Ok(Self(normalised(typed)))
    }

    /// What to keep of it. Takes a tenth of a second or so, not on the threads that serve requests.
    ///
    /// # Panics
    ///
    /// When the system gives no random bytes for the salt.
    pub async fn hash(self) -> PasswordHash {
        slowly(move || {
            let hash =
                argon2().hash_password(self.0.as_bytes()).expect("a password of this length is hashed");
            PasswordHash(hash.to_string())
        })
        .await
    }
}

/// Whether `typed` is the password with this hash. Takes as long when there is none, and is `false` then.
pub async fn verify(typed: &str, hash: Option<PasswordHash>) -> bool {
    let typed = normalised(typed);
    slowly(move || {
        let known = hash.is_some();
        let hash = hash.map_or_else(|| NOBODYS_HASH.to_owned(), |PasswordHash(hash)| hash);
        let verified =
            PhcHash::new(&hash).is_ok_and(|hash| argon2().verify_password(typed.as_bytes(), &hash).is_ok());
        verified && known
    })
    .await
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

async fn slowly<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let turn = AT_ONCE.acquire().await.expect("the semaphore is never closed");
    // the turn ends with the work: who hangs up does not make room for more of it
    let work = move || {
        let _turn = turn;
        work()
    };
    tokio::task::spawn_blocking(work).await.expect("hashing does not panic")
}

/// The same password typed on another keyboard gives the same bytes.
fn normalised(typed: &str) -> String {
    typed.nfkc().collect()
}

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("common_passwords.txt").lines().filter(|line| !line.starts_with('#')).collect()
});

/// `password` is in lower case.
fn is_common(password: &str) -> bool {
    let stem = stem(password);
    let listed = |text: &str| COMMON.contains(text);
    let unit = repeated_unit(password);
    listed(password)
        || listed(&stem)
        || unit.chars().count() <= 4
        || listed(unit)
        || listed(repeated_unit(&stem))
        || is_sequence(password)
}

/// The word inside a password: without digits and signs at its ends, and with the letters that other digits and signs
/// stand for.
fn stem(password: &str) -> String {
    let word = password.trim_matches(|c: char| !c.is_alphabetic());
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    };
    word.chars().map(letter).collect()
}

/// The shortest text that gives the whole when it is repeated: itself at the longest.
fn repeated_unit(text: &str) -> &str {
    let ends = text.char_indices().map(|(at, _)| at).skip(1);
    let repeats =
        |&end: &usize| text.len().is_multiple_of(end) && text[..end].repeat(text.len() / end) == text;
    ends.take_while(|end| end * 2 <= text.len()).find(repeats).map_or(text, |end| &text[..end])
}

/// Letters or digits that follow each other, up or down: `abcdefghij`, `9876543210`.
fn is_sequence(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps = |by: i64| codes.windows(2).all(|pair| pair[1] - pair[0] == by);
    steps(1) || steps(-1)
}

/// Whether fewer than four characters are left when the name is taken out.
fn is_hardly_more_than(password: &str, name: &str) -> bool {
    let joined = name.replace(' ', "");
    let left = password.replace(name, "").replace(&joined, "");
    left.len() < password.len() && left.chars().filter(|c| c.is_alphanumeric()).count() < 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(typed: &str) -> Result<(), WeakPassword> {
        Password::choose(typed, &"Ada Lovelace".parse().unwrap()).map(drop)
    }

    #[test]
    fn a_long_password_of_any_kind_is_accepted() {
        for good in [
            "a quiet lake at dawn",
            "vbnj-8ha2-qpwl",
            "пароль из слов",
            "ten 字 of text",
            &"long enough ".repeat(16),
            "ada keeps a red bicycle",
        ] {
            assert_eq!(choose(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_is_guessed_first_is_refused_in_its_disguises_too() {
        assert_eq!(choose("short one"), Err(WeakPassword::Short));
        assert_eq!(choose(&"x".repeat(201)), Err(WeakPassword::Long));
        for common in [
            "qwertyuiop",
            "Password123!",
            "P@ssw0rd2026",
            "!!Sunshine!!",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "passwordpassword",
            "0123456789",
            "zyxwvutsrqpo",
            "1q2w3e4r5t6y",
        ] {
            assert_eq!(choose(common), Err(WeakPassword::Common), "{common}");
        }
        for named in ["ada lovelace", "AdaLovelace1!", "12 Ada Lovelace"] {
            assert_eq!(choose(named), Err(WeakPassword::Name), "{named}");
        }
    }

    #[tokio::test]
    async fn a_password_is_verified_by_its_hash_and_by_no_other() {
        let password = Password::choose("ﬁfty quiet lakes", &"Ada".parse().unwrap()).unwrap();
        let hash = password.hash().await;
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.0);
        assert!(verify("fifty quiet lakes", Some(hash.clone())).await, "typed on another keyboard");
        assert!(!verify("fifty quiet lake", Some(hash)).await);
    }

    #[tokio::test]
    async fn nobody_costs_as_much_as_somebody_and_has_no_password() {
        let nobody = PhcHash::new(NOBODYS_HASH).unwrap();
        let params = Params::try_from(&nobody).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19 * 1024, 2, 1));
        let expected = argon2().hash_password_with_salt(b"nobody", b"nobody is here").unwrap();
        assert_eq!(expected.to_string(), NOBODYS_HASH);
        assert!(!verify("nobody", None).await, "even if somebody finds out what it is the hash of");
    }
}
