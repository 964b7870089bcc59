//! Practice: when a question comes back, what a person remembers, where they stand.
//!
//! [`schedule`], [`day`], [`history`] and what reads them ([`progress`], [`readiness`], [`optimise`]) are pure. Every
//! event that changes a schedule goes into the log in the transaction that changes the card, and the log alone rebuilds
//! every card.

mod additions;
pub mod anki;
pub mod day;
pub mod export;
pub mod history;
pub mod import;
pub mod keepsakes;
mod learner;
pub mod leech;
pub mod optimise;
pub mod progress;
pub mod progress_store;
mod queue;
pub mod readiness;
mod review;
pub mod saved_searches;
pub mod schedule;
pub mod settings;
mod status;
pub mod store;
mod today;

pub use learner::Learner;
pub use queue::{Asked, Queue};
pub use review::{
    Action, ClientId, InvalidClientId, NotRecorded, Recorded, Request, new_guest_who_sent, record,
};
pub use status::{Status, UnknownStatus, with_status};
pub use store::last_grade;
pub use today::Day;
