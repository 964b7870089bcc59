//! Who somebody is to the site.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization as _;

use crate::ids::PersonId;

/// A person who practises here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub role: Role,
}

/// What a person may do follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// Has progress in one browser and no name.
    Guest,
    Member {
        name: PersonName,
    },
    Administrator {
        name: PersonName,
    },
}

impl Person {
    pub(super) fn new(id: PersonId, name: Option<PersonName>, is_admin: bool) -> Self {
        let role = match name {
            None => Role::Guest,
            Some(name) if is_admin => Role::Administrator { name },
            Some(name) => Role::Member { name },
        };
        Self { id, role }
    }

    /// `None` for a guest.
    #[must_use]
    pub fn name(&self) -> Option<&PersonName> {
        match &self.role {
            Role::Guest => None,
            Role::Member { name } | Role::Administrator { name } => Some(name),
        }
    }

    #[must_use]
    pub fn is_guest(&self) -> bool {
        self.role == Role::Guest
    }

    #[must_use]
    pub fn is_administrator(&self) -> bool {
        matches!(self.role, Role::Administrator { .. })
    }
}

/// The name that a member signs in with: 2 to 32 letters, digits, spaces, dots, hyphens and underscores.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct PersonName(String);

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    #[error("A name has 2 to 32 characters.")]
    Length,
    #[error(
        "A name holds letters, digits, spaces, dots, hyphens and underscores, and begins and ends with a letter or digit."
    )]
    Characters,
}

impl PersonName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as names are compared: nobody is called like another but for case or width.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.nfkc().collect::<String>().to_lowercase()
    }
}

impl FromStr for PersonName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
        if !(2..=32).contains(&name.chars().count()) {
            return Err(InvalidName::Length);
        }
        let inside = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '_');
        let edges = name.starts_with(char::is_alphanumeric) && name.ends_with(char::is_alphanumeric);
        if edges && name.chars().all(inside) { Ok(Self(name)) } else { Err(InvalidName::Characters) }
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_people_call_themselves_and_nothing_that_misleads() {
        for (typed, name) in
            [("  Ada   Lovelace ", "Ada Lovelace"), ("jürgen.k", "jürgen.k"), ("李雷", "李雷")]
        {
            assert_eq!(typed.parse::<PersonName>().unwrap().as_str(), name);
        }
        assert_eq!("a".parse::<PersonName>(), Err(InvalidName::Length));
        assert_eq!("x".repeat(33).parse::<PersonName>(), Err(InvalidName::Length));
        for odd in ["-ada", "ada<b>", "ada\u{202e}nimda", "ad\na@", "😀😀"] {
            assert_eq!(odd.parse::<PersonName>(), Err(InvalidName::Characters), "{odd:?}");
        }
        let key = |name: &str| name.parse::<PersonName>().unwrap().key();
        assert_eq!(key("ADA"), key("ada"));
        assert_eq!(key("ａｄａ"), key("ada"));
    }
}
