//! Full-text search over the bank.

mod query;
