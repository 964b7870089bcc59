//! Forms: what is wrong with a field, and answering with the same page again.
//!
//! A page keeps what the person typed, but never a password. What was wrong is said at the field and once more at the top,
//! with links to the fields.

use std::fmt::Display;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::error::Finished;
use super::page::Page;

/// What is wrong with a form.
#[derive(Debug, Clone, Default)]
pub struct FieldErrors(Vec<FieldError>);

#[derive(Debug, Clone)]
pub struct FieldError {
    /// The name of the field, which is also the id of its element.
    pub field: &'static str,
    pub message: String,
}

impl FieldErrors {
    #[must_use]
    pub fn one(field: &'static str, message: impl Display) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    pub fn add(&mut self, field: &'static str, message: impl Display) {
        self.0.push(FieldError { field, message: message.to_string() });
    }

    /// Takes the value out of a result, or notes what is wrong with the field.
    pub fn check<T, E: Display>(&mut self, field: &'static str, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.add(field, error)).ok()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with one field.
    #[must_use]
    pub fn on(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }

    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }
}

/// A page that only this person may see, and that no browser keeps for the next one at the same machine.
pub fn private(page: impl Template) -> Response {
    let mut response = Page(page).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The form again, with what is wrong.
pub fn refused(page: impl Template) -> Response {
    let mut response = private(page);
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        response.extensions_mut().insert(Finished);
    }
    response
}
