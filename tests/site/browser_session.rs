//! Somebody at a browser: keeps cookies, sends forms as a page of the site would, follows redirects.

use std::cell::RefCell;
use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::StatusCode;
use dryrun::accounts::{Newcomer, PersonName, Token, members, session};
use dryrun::ids::PersonId;
use url::form_urlencoded::Serializer;

use crate::markup::Page;
use crate::test_site::{ADDRESS, Answer, TestSite, request};

/// A password that the rules let through, for everybody in the stories.
pub const PASSWORD: &str = "a quiet lake at dawn";

pub struct Visitor<'s> {
    site: &'s TestSite,
    cookies: RefCell<BTreeMap<String, String>>,
    agent: &'static str,
    /// Where the site's proxy says that they are.
    address: &'static str,
}

impl<'s> Visitor<'s> {
    /// Somebody whom the site has never seen.
    pub fn new(site: &'s TestSite) -> Self {
        Self {
            site,
            cookies: RefCell::default(),
            agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0",
            address: "127.0.0.1",
        }
    }

    pub fn agent(self, agent: &'static str) -> Self {
        Self { agent, ..self }
    }

    pub fn from(self, address: &'static str) -> Self {
        Self { address, ..self }
    }

    /// A guest, as the first graded answer makes one.
    pub async fn guest(site: &'s TestSite) -> Self {
        let now_s = site.clock().seconds();
        let token = site
            .db()
            .commit(move |db| {
                Box::pin(async move {
                    let guest = session::create_guest(&mut *db, "Europe/Berlin", now_s).await?;
                    session::begin(db, guest, "Firefox", now_s).await
                })
            })
            .await
            .expect("a guest");
        Self::with_session(site, &token)
    }

    /// A member who is signed in. Their password is [`PASSWORD`].
    pub async fn member(site: &'s TestSite, name: &str) -> Self {
        let id = create_member(site, name).await;
        let now_s = site.clock().seconds();
        let token = site.db().commit(move |db| Box::pin(session::begin(db, id, "Firefox", now_s))).await;
        Self::with_session(site, &token.expect("a session"))
    }

    pub async fn administrator(site: &'s TestSite, name: &str) -> Self {
        let visitor = Self::member(site, name).await;
        let id = visitor.person().await;
        site.db().commit(move |db| Box::pin(members::make_administrator(db, id))).await.expect("made");
        visitor
    }

    fn with_session(site: &'s TestSite, token: &Token) -> Self {
        let visitor = Self::new(site);
        visitor.set_cookie("session", &token.to_string());
        visitor
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// The row of whoever the session stands for.
    pub async fn person(&self) -> PersonId {
        let token: Token = self.cookie("session").expect("a session").parse().expect("a token");
        let now_s = self.site.clock().seconds();
        let mut db = self.site.db().reader().await.expect("a reader");
        session::find(&mut db, &token, now_s).await.expect("a query").expect("signed in").person.id
    }

    pub async fn get(&self, path: &str) -> Answer {
        let cookies = self.cookie_header();
        let answer = self.site.get_with(path, &[("cookie", &cookies), ("user-agent", self.agent)]).await;
        self.keep_cookies(&answer);
        answer
    }

    /// A page that must be there.
    pub async fn page(&self, path: &str) -> Page {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{} leads to {:?}", answer.what, answer.header("location"));
        answer.page()
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = Serializer::new(String::new()).extend_pairs(fields).finish();
        let cookies = self.cookie_header();
        let headers = [
            ("origin", ADDRESS),
            ("sec-fetch-site", "same-origin"),
            ("cookie", &cookies),
            ("user-agent", self.agent),
            ("x-forwarded-for", self.address),
        ];
        let answer = self.site.post_with(path, &form, &headers).await;
        self.keep_cookies(&answer);
        answer
    }

    /// Sends a form with a file, as a browser does.
    pub async fn upload(&self, path: &str, file: &str, bytes: &[u8]) -> Answer {
        const BOUNDARY: &str = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
        let cookies = self.cookie_header();
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = [
            ("origin", ADDRESS),
            ("sec-fetch-site", "same-origin"),
            ("cookie", &cookies),
            ("content-type", &content_type),
        ];
        let answer = self.site.send(request("POST", path, &headers, Body::from(body))).await;
        self.keep_cookies(&answer);
        answer
    }

    /// Sends a form that must lead on with a redirect; the page after it.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self.post(path, fields).await;
        if answer.status != StatusCode::SEE_OTHER {
            panic!("{} answers {}: {}", answer.what, answer.status, answer.page().text("main"));
        }
        self.page(answer.header("location")).await
    }

    /// Sends a form that must be refused; the page that says why.
    pub async fn refused(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self.post(path, fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.what);
        answer.page()
    }

    fn cookie_header(&self) -> String {
        let cookies = self.cookies.borrow();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&self, answer: &Answer) {
        for header in answer.headers.get_all("set-cookie") {
            let header = header.to_str().expect("ASCII");
            let (cookie, attributes) = header.split_once(';').unwrap_or((header, ""));
            let (name, value) = cookie.split_once('=').expect("a name and a value");
            if attributes.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
    }
}

/// A member whom nobody has signed in yet.
pub async fn create_member(site: &TestSite, name: &str) -> PersonId {
    let name: PersonName = name.parse().expect("a name");
    let password = members::hash_chosen(PASSWORD, &name).await.expect("a password");
    let newcomer = Newcomer { guest: None, name, password };
    let now_s = site.clock().seconds();
    site.db().commit(move |db| Box::pin(members::enter(db, newcomer, now_s))).await.expect("a member")
}
