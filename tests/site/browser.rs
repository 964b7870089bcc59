//! A browser without a screen: it keeps its cookie and sends forms as a person does.

use axum::http::StatusCode;

use crate::markup::Page;
use crate::test_site::{ADDRESS, Answer, TestSite};

/// A browser: it keeps its cookie and sends forms as a person does.
pub struct Browser<'s> {
    pub site: &'s TestSite,
    pub cookie: String,
}

impl<'s> Browser<'s> {
    pub fn new(site: &'s TestSite) -> Self {
        Self { site, cookie: String::new() }
    }

    pub async fn get(&self, path: &str) -> Page {
        let answer = self.site.get_with(path, &[("cookie", &self.cookie)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}: {}", answer.what, answer.text());
        answer.page()
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = form_body(form);
        let headers =
            [("origin", ADDRESS), ("sec-fetch-site", "same-origin"), ("cookie", self.cookie.as_str())];
        let answer = self.site.post_with(path, &body, &headers).await;
        let set = answer.header("set-cookie").to_owned();
        if let Some((cookie, _)) = set.split_once(';') {
            self.cookie = cookie.to_owned();
        }
        answer
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

fn form_body(form: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

/// The hidden fields of a form.
pub fn fields(page: &Page, form: &str) -> Vec<(String, String)> {
    let inputs = format!("{form} input[type=hidden]");
    let (names, values) = (page.attributes(&inputs, "name"), page.attributes(&inputs, "value"));
    names.into_iter().zip(values).collect()
}
