//! Timed mock interviews: what is asked, the clock, probes, grading, the report.
//!
//! [`session`] (the states and the clock), [`paper`] (what is asked), [`judging`] (what an answer covers), [`grading`]
//! (what it is worth) and [`report`] are pure. [`sit`] has the verbs, [`store`] the statements; a person's interview is
//! its plan and a log of events, from which its state follows at any moment. Results go to practice when it ends.
//! [`transfer`] takes interviews into exports, back, and from guests to members.

mod blueprints;
pub mod grading;
pub mod judging;
pub mod paper;
pub mod report;
pub mod session;
pub mod sit;
pub mod store;
pub mod transfer;

pub use blueprints::Blueprints;
pub use sit::Bank;
pub use store::Interview;

pub use crate::content::{Blueprint, Mode};
