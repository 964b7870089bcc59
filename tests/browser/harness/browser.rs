//! Headless Chromium, driven as a person would: keys, clicks, and looking at the page.

use std::time::{Duration, Instant};

use axum::http::Method;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use super::Site;
use super::chromedriver::Chromedriver;

/// How long a page may take to become what a story says, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Browsers at the same time in one process; across processes nextest's test group does it.
static TURN: Semaphore = Semaphore::const_new(2);

/// The size and kind of a screen.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    pub width: u32,
    pub height: u32,
    /// Touched instead of pointed at.
    pub touch: bool,
}

impl Screen {
    pub const PHONE: Self = Self { width: 360, height: 740, touch: true };
    pub const DESKTOP: Self = Self { width: 1280, height: 800, touch: false };
    pub const WIDE: Self = Self { width: 1440, height: 900, touch: false };
}

/// A browser with an empty profile, closed when dropped.
pub struct Browser {
    client: Client,
    origin: String,
    _driver: Chromedriver,
    _profile: TempDir,
    _turn: SemaphorePermit<'static>,
}

impl Browser {
    /// A browser on a desk, at no page yet.
    pub async fn open(site: &Site) -> Self {
        Self::launch(site, &json!({})).await
    }

    /// The same with scripts switched off, as its settings allow.
    pub async fn open_without_scripts(site: &Site) -> Self {
        const BLOCKED: u8 = 2;
        Self::launch(site, &json!({ "profile.managed_default_content_settings.javascript": BLOCKED })).await
    }

    async fn launch(site: &Site, settings: &Value) -> Self {
        let turn = TURN.acquire().await.expect("never closed");
        let mut driver = Chromedriver::start();
        let profile = super::scratch("profile");
        let profile_flag = format!("--user-data-dir={}", profile.path().display());
        let flags = [
            profile_flag.as_str(),
            "--headless=new",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-dev-shm-usage",
            "--disable-sync",
            "--no-first-run",
            // neither root nor most containers can have the sandbox, and the only pages opened are our own
            "--no-sandbox",
            // a mouse, which a machine without a display does not have
            "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
        ];
        let capabilities = json!({
            "goog:chromeOptions": { "args": flags, "prefs": settings },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("written as an object above") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.address())
            .await
            .expect("a browser");
        driver.remember(client.session_id().await.expect("an answer").expect("a session"));
        let browser = Self {
            client,
            origin: site.origin().to_owned(),
            _driver: driver,
            _profile: profile,
            _turn: turn,
        };
        browser.resize(Screen::DESKTOP).await;
        // away from the browser's own start page, whose requests are none of the site's business
        browser.client.goto("about:blank").await.expect("an empty page");
        browser.requests().await;
        browser
    }

    /// Gives the page a screen of another size and kind.
    pub async fn resize(&self, screen: Screen) {
        let Screen { width, height, touch } = screen;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        self.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": touch })).await;
    }

    /// What the operating system asks pages for: a medium, a colour scheme, and no motion.
    pub async fn emulate(&self, medium: &str, colour_scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": colour_scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": medium, "features": features })).await;
    }

    /// Opens a page of the site and waits until it has loaded.
    pub async fn visit(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.origin)).await.expect("the page loads");
    }

    pub async fn reload(&self) {
        self.client.refresh().await.expect("the page loads again");
    }

    /// Waits until a page of the site has been reached and loaded.
    pub async fn arrives_at(&self, path: &str) {
        let here = json!(format!("{}{path}", self.origin));
        self.until(&format!("location.href === {here} && document.readyState === 'complete'")).await;
    }

    /// Presses and lets go one key.
    pub async fn press(&self, key: impl Into<char>) {
        let value = key.into();
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.client.perform_actions(actions).await.expect("a key press");
    }

    /// Presses a key while Control is held down.
    pub async fn press_with_control(&self, key: char) {
        let control = fantoccini::key::Key::Control.into();
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: control })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: control });
        self.client.perform_actions(actions).await.expect("a key press");
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) {
        for key in text.chars() {
            self.press(key).await;
        }
    }

    /// The first element that fits a CSS selector.
    pub async fn find(&self, css: &str) -> Element {
        let found = self.client.find(Locator::Css(css)).await;
        found.unwrap_or_else(|error| panic!("there is no {css} on the page: {error}"))
    }

    /// Scrolls to an element and clicks it; what cannot be seen or reached cannot be clicked.
    pub async fn click(&self, css: &str) {
        let element = self.find(css).await;
        // to the middle, where nothing that is fixed to an edge of the screen covers it
        let reference = serde_json::to_value(&element).expect("a reference to an element");
        let scroll = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.client.execute(scroll, vec![reference]).await.expect("the page scrolls");
        element.click().await.unwrap_or_else(|error| panic!("{css} cannot be clicked: {error}"));
    }

    /// Puts the keyboard's focus on an element, as some presses of the tab key would.
    pub async fn focus(&self, css: &str) {
        let focused = format!("document.activeElement === document.querySelector({})", json!(css));
        self.value(&format!("document.querySelector({}).focus()", json!(css))).await;
        assert_eq!(self.value(&focused).await, true, "{css} takes the focus");
    }

    /// The text of an element as it can be seen: empty when it is hidden.
    pub async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.expect("the text of an element")
    }

    /// The visible texts of all elements that fit.
    pub async fn texts(&self, css: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.client.find_all(Locator::Css(css)).await.expect("a valid selector") {
            texts.push(element.text().await.expect("the text of an element"));
        }
        texts
    }

    pub async fn attribute(&self, css: &str, name: &str) -> Option<String> {
        self.find(css).await.attr(name).await.expect("an attribute of an element")
    }

    pub async fn has(&self, css: &str) -> bool {
        self.value(&format!("document.querySelector({}) !== null", json!(css))).await == true
    }

    pub async fn is_visible(&self, css: &str) -> bool {
        self.find(css).await.is_displayed().await.expect("whether an element is displayed")
    }

    /// The value of a JavaScript expression.
    pub async fn value(&self, expression: &str) -> Value {
        let value = self.client.execute(&format!("return ({expression});"), Vec::new()).await;
        value.unwrap_or_else(|error| panic!("{expression} has no value: {error}"))
    }

    /// Runs a script that calls its last argument with the answer.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute_async(script, Vec::new()).await.expect("the script answers")
    }

    /// Adds a library to the page, from outside and so past its Content-Security-Policy.
    pub async fn inject(&self, source: &str) {
        self.client.execute(source, Vec::new()).await.expect("the library loads");
    }

    /// Waits until a JavaScript expression is true.
    pub async fn until(&self, expression: &str) {
        let started = Instant::now();
        let script = format!("return Boolean({expression});");
        loop {
            let last = self.client.execute(&script, Vec::new()).await;
            if matches!(last, Ok(Value::Bool(true))) {
                return;
            }
            if started.elapsed() > PATIENCE {
                let url = self.client.current_url().await;
                let page = self.client.execute("return document.body.innerText", Vec::new()).await;
                panic!("it never came true that {expression}\nlast: {last:?}\nat: {url:?}\npage: {page:?}");
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// The value of a cookie, also of one that scripts may not read.
    pub async fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.client.get_all_cookies().await.expect("the cookies");
        cookies.iter().find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }

    /// Hides or shows the answers on the pages that follow, as if the reader had chosen so before.
    pub async fn hide_answers_by_cookie(&self, hide: bool) {
        let value = if hide { "on" } else { "off" };
        let cookie = json!({ "name": "hide_answers", "value": value, "url": self.origin });
        self.devtools("Network.setCookie", cookie).await;
    }

    /// Waits until a cookie has a value.
    pub async fn remembers(&self, name: &str, value: &str) {
        let started = Instant::now();
        while self.cookie(name).await.as_deref() != Some(value) {
            assert!(started.elapsed() < PATIENCE, "the cookie {name} never became {value}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// What the console has said since the last call: messages, script errors, refused and failed requests.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.log("browser").await;
        let text = |entry: &Value| entry["message"].as_str().expect("a message").to_owned();
        entries.iter().map(text).collect()
    }

    /// The addresses that the page has asked for since the last call, answered or not.
    pub async fn requests(&self) -> Vec<Url> {
        let mut addresses = Vec::new();
        for entry in self.log("performance").await {
            let event: Value =
                serde_json::from_str(entry["message"].as_str().expect("a message")).expect("JSON");
            if event["message"]["method"] == "Network.requestWillBeSent" {
                let address = event["message"]["params"]["request"]["url"].as_str().expect("an address");
                addresses.push(address.parse().expect("a URL"));
            }
        }
        addresses
    }

    async fn log(&self, kind: &'static str) -> Vec<Value> {
        let log = self.send("se/log", json!({ "type": kind })).await;
        log.as_array().expect("a list of log entries").clone()
    }

    /// A command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.send("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    async fn send(&self, endpoint: &'static str, body: Value) -> Value {
        let answer = self.client.issue_cmd(ChromeCommand { endpoint, body: body.clone() }).await;
        answer.unwrap_or_else(|error: CmdError| panic!("{endpoint} {body} failed: {error}"))
    }
}

/// A command that chromedriver has on top of WebDriver.
#[derive(Debug)]
struct ChromeCommand {
    endpoint: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for ChromeCommand {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.endpoint))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
