//! Somebody who practises in a browser: [`Visitor`] with the forms of a session.

use axum::http::StatusCode;

use crate::browser_session::Visitor;
use crate::markup::Page;
use crate::test_site::{Answer, TestSite};

pub struct Browser<'s> {
    pub visitor: Visitor<'s>,
}

impl<'s> Browser<'s> {
    pub fn new(site: &'s TestSite) -> Self {
        Self { visitor: Visitor::new(site) }
    }

    pub async fn get(&self, path: &str) -> Page {
        self.visitor.page(path).await
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.visitor.post(path, form).await
    }

    /// Reveals the card of a page and gives the page with the grades.
    pub async fn reveal(&mut self, card: &Page, typed: &str) -> Page {
        let fields = fields(card, ".card-answer");
        let mut form: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        form.push(("answer", typed));
        let answer = self.post("/practice/reveal", &form).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.page()
    }

    /// Answers the next card of the session.
    pub async fn practise(&mut self, grade: &str) {
        let card = self.get("/practice").await;
        let revealed = self.reveal(&card, "").await;
        let graded = self.grade(&revealed, grade).await;
        assert_eq!(graded.status, StatusCode::SEE_OTHER, "{}", graded.text());
    }

    pub async fn grade(&mut self, revealed: &Page, grade: &str) -> Answer {
        let fields = fields(revealed, ".grade-bar");
        let mut form: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        form.push(("grade", grade));
        self.post("/practice", &form).await
    }
}

/// The hidden fields of a form.
pub fn fields(page: &Page, form: &str) -> Vec<(String, String)> {
    let inputs = format!("{form} input[type=hidden]");
    let (names, values) = (page.attributes(&inputs, "name"), page.attributes(&inputs, "value"));
    names.into_iter().zip(values).collect()
}
