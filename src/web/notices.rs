//! What a session is told once, on the page that follows a form: that something is done, or a secret that nobody sees again.
//!
//! In memory only: a secret in a cookie or in the database would outlive its one showing.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    Done(String),
    NewToken { label: String, token: String },
    NewInvitation { link: String },
}

/// Notices that nobody fetched are few: a browser follows the redirect at once. This many are no browser's.
const MOST: usize = 1000;

#[derive(Debug, Default)]
pub struct Notices(Mutex<HashMap<i64, Notice>>);

impl Notices {
    /// For the next page of a session that shows notices.
    pub fn leave(&self, session: i64, notice: Notice) {
        let mut notices = self.lock();
        if notices.len() >= MOST {
            notices.clear();
        }
        notices.insert(session, notice);
    }

    pub fn take(&self, session: i64) -> Option<Notice> {
        self.lock().remove(&session)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Notice>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
