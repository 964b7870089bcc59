//! The ids that appear in URLs, files and tables, each with a type of its own.
//!
//! An id is a slug: lower-case ASCII letters, digits and single hyphens. Parsing happens at the edge
//! (a URL, a front matter, a flag); past it no bare `String` names a thing.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The longest slug accepted, in bytes. Long enough for a descriptive id, short enough for a URL that people share.
pub const MAX_SLUG: usize = 80;

/// Why a text is not a slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a valid {what}: use lower-case letters, digits and single hyphens, at most {MAX_SLUG} characters"
)]
pub struct InvalidSlug {
    what: &'static str,
    text: String,
}

fn is_slug(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty()
        && text.len() <= MAX_SLUG
        && text.bytes().all(allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type, ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[sqlx(transparent)]
        #[schema(value_type = String, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
        pub struct $name(String);

        impl $name {
            /// The id as it is written in files and URLs.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidSlug;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidSlug;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                if is_slug(&text) { Ok(Self(text)) } else { Err(InvalidSlug { what: $what, text }) }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        // looked up in a set by what a text says, before it is known to be an id
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

slug!(
    /// A question's permanent id: the name of its file without `.md`.
    QuestionId,
    "question id"
);
slug!(
    /// A topic's id: the name of its folder under `content/questions`.
    TopicId,
    "topic id"
);
slug!(
    /// A tag in a question's front matter.
    Tag,
    "tag"
);
slug!(
    /// A lab's id: the name of its folder under `content/labs`.
    LabId,
    "lab id"
);
slug!(
    /// The permanent id of a part of a question: a key point, a step, a follow-up or a quiz item.
    PartId,
    "id"
);

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub i64);
    };
}

number!(
    /// A person, member or guest: their row in `people`.
    PersonId
);
number!(
    /// A question's row, which stays the same while its text changes.
    QuestionNumber
);
number!(
    /// An event in the review log.
    EventId
);
number!(
    /// A search that a person saved.
    SearchId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_lower_case_words_joined_by_single_hyphens() {
        for good in ["vpc", "api-gateway-lambda", "s3", "a-1"] {
            assert_eq!(good.parse::<QuestionId>().map(|id| id.to_string()), Ok(good.to_owned()));
        }
        let long = "a".repeat(MAX_SLUG + 1);
        for bad in ["", "-a", "a-", "a--b", "A", "a b", "a/b", "../a", "é", long.as_str()] {
            assert!(bad.parse::<QuestionId>().is_err(), "{bad:?} should be refused");
        }
    }
}
