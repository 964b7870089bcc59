//! People: guests and members, how they sign in, and what the site allows them.
//!
//! Knows no cookie and no page; `web` brings the token that a browser or a program shows.

pub mod api_token;
pub mod guests;
pub mod invitation;
pub mod members;
pub mod password;
mod person;
mod policy;
pub mod session;
mod token;

pub use guests::GuestProgress;
pub use members::{FirstAdministrator, JoinError, Newcomer};
pub use person::{InvalidName, Person, PersonName, Role};
pub use policy::SitePolicy;
pub use token::{InvalidToken, Token};
