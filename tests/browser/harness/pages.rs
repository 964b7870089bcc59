//! Every kind of page that the site has, for the checks that hold everywhere.

use super::Browser;

/// One page to look at.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// What to call it in a failure.
    pub name: &'static str,
    pub path: &'static str,
    /// An element that only this state of the page has.
    pub shows: &'static str,
    pub status: u16,
    pub answers_hidden: bool,
}

impl Page {
    /// Opens the page in its state, and makes sure that this is what is on the screen.
    pub async fn open(&self, browser: &Browser) {
        browser.hide_answers_by_cookie(self.answers_hidden).await;
        browser.visit(self.path).await;
        let status = browser.value("performance.getEntriesByType('navigation')[0].responseStatus").await;
        assert_eq!(status, self.status, "{}", self.name);
        assert!(browser.has(self.shows).await, "the page {:?} shows {}", self.name, self.shows);
    }
}

/// Every page type, with the states that look different. They belong to a site with an attic and a crowd.
pub fn every_page_type() -> Vec<Page> {
    let page = |name, path, shows| Page { name, path, shows, status: 200, answers_hidden: false };
    let question = page("question", "/questions/api-gateway-lambda", ".reveal[open] .spoken");
    let filtered = "/questions?topic=networking&level=beginner&kind=comparison&sort=title&q=gateway";
    vec![
        page("home", "/", ".of-the-day"),
        page("topic", "/topics/networking", ".group-title"),
        page("empty topic", "/topics/attic", "main .empty"),
        page("list", "/questions", ".pagination [rel=next]"),
        page("list, second page", "/questions?page=2", ".pagination [rel=prev]"),
        page("list, filtered", filtered, "main:has(.chips li:nth-child(4)) .question-row"),
        page("list, nothing matches", "/questions?topic=attic&level=advanced", "main .empty"),
        question,
        page("question with a wide table", "/questions/security-group-vs-nacl", ".table-frame"),
        Page {
            name: "question, answers hidden",
            shows: ".reveal:not([open])",
            answers_hidden: true,
            ..question
        },
        page("search, nothing typed", "/search", ".operators"),
        page("search", "/search?q=nat+gateway", ".snippet mark"),
        page("search, misspelt", "/search?q=gatewya", ".did-you-mean a"),
        page("search, nothing found", "/search?q=xylophone", "main .empty"),
        page("search, bad operator", "/search?q=level%3Awizard+gateway", ".notice"),
        page("progress of nobody", "/progress", "main .empty"),
        page("practice settings", "/practice/settings", ".settings-form"),
        page("interviews", "/interviews", ".presets .preset"),
        page("about", "/about", "#licences"),
        page("sign up", "/signup", "#password[autocomplete=new-password]"),
        page("sign in", "/login", "#password[autocomplete=current-password]"),
        Page { status: 404, ..page("not found", "/questions/nat-gatway", "#nearest") },
        Page { status: 400, ..page("bad request", "/questions?level=wizard", ".ways-out") },
    ]
}
