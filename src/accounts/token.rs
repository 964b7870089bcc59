//! Secrets that stand for a person: 32 random bytes, of which the database keeps only the SHA-256.
//!
//! A plain hash is enough for them: nobody guesses 256 random bits, so there is nothing to slow down.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

const BYTES: usize = 32;

/// What a cookie, a program or a link shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; BYTES]);

/// Not the text of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token has 64 hexadecimal digits")]
pub struct InvalidToken;

impl Token {
    /// A new one, from the system's source of randomness.
    ///
    /// # Panics
    ///
    /// When the system has no randomness to give, which leaves nothing safe to do.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "no two are alike, so none is the default")]
    pub fn new() -> Self {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        Self(bytes)
    }

    /// What the database keeps of it.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

impl FromStr for Token {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; BYTES];
        if text.len() != 2 * BYTES || !text.is_ascii() {
            return Err(InvalidToken);
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| InvalidToken)?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Never printed by accident.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_from_its_text_and_from_no_other() {
        let token = Token::new();
        assert_eq!(token.to_string().parse(), Ok(token.clone()));
        assert_ne!(Token::new(), token);
        assert_eq!(format!("{token:?}"), "Token(…)");
        for wrong in ["", "0", &"g".repeat(64), &"é".repeat(32), &"0".repeat(63)] {
            assert_eq!(wrong.parse::<Token>(), Err(InvalidToken), "{wrong}");
        }
    }
}
