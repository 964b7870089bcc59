//! What the layout needs on every page, and the small display values that pages share.

use std::fmt;

use askama::filters::HtmlSafe;
use axum::http::Uri;
use jiff::civil::Date;

use super::Site;
use super::preferences::Theme;
use super::viewer::Viewer;
use crate::accounts::Role;
use crate::ids::TopicId;
use crate::questions::{Catalogue, Listed, TopicCount};

/// Markup that templates print as it is: rendered by the content pipeline, or made and escaped here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(pub String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// The navigation item to mark as current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    Home,
    Questions,
    Practice,
    Progress,
    Interviews,
    Topics,
    Search,
    About,
    /// Signing in and up, and the account.
    Account,
    Admin,
    /// Error pages and whatever has no item of its own.
    Elsewhere,
}

/// A day as a `<time>` element, for machines and for people: `22 November 2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub Date);

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // a page has thirty of these, and a format string of jiff's is read anew for each
        let Self(date) = self;
        let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
        write!(f, "<time datetime=\"{date}\">{} {month} {}</time>", date.day(), date.year())
    }
}

impl HtmlSafe for Day {}

/// A link with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub url: String,
    pub text: String,
}

/// Whom a page is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Nobody,
    Guest,
    Member { name: String, administrator: bool },
}

impl Who {
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        *self == Self::Nobody
    }

    #[must_use]
    pub fn is_guest(&self) -> bool {
        *self == Self::Guest
    }

    /// Of a member.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Member { name, .. } => Some(name),
            Self::Nobody | Self::Guest => None,
        }
    }

    #[must_use]
    pub fn is_administrator(&self) -> bool {
        matches!(self, Self::Member { administrator: true, .. })
    }

    fn of(viewer: &Viewer) -> Self {
        match viewer.person().map(|person| &person.role) {
            None => Self::Nobody,
            Some(Role::Guest) => Self::Guest,
            Some(Role::Member { name }) => Self::Member { name: name.to_string(), administrator: false },
            Some(Role::Administrator { name }) => {
                Self::Member { name: name.to_string(), administrator: true }
            }
        }
    }
}

/// What the layout needs on every page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Without the site's name; empty on the home page.
    pub title: String,
    /// Plain text, at most 160 characters.
    pub description: String,
    /// Absolute; empty on pages that no search engine should know.
    pub canonical: String,
    /// Open Graph's type: `website` or `article`.
    pub og_type: &'static str,
    /// A finished JSON-LD document, safe inside a `<script>` element.
    pub json_ld: Option<Html>,
    pub noindex: bool,
    pub theme: Theme,
    pub hide_answers: bool,
    /// Whom the header greets.
    pub who: Who,
    pub nav: Nav,
    /// Path and query of this page: where forms send people back to.
    pub back: String,
    /// What stands in the header's search box.
    pub search: String,
}

impl Shell {
    /// The shell of a page at its canonical `path`; adjust what differs.
    #[must_use]
    pub fn new(site: &Site, viewer: &Viewer, nav: Nav, title: impl Into<String>, path: &str) -> Self {
        Self {
            title: title.into(),
            description: "Questions and answers for your AWS interview: short answers, the depth behind them, and hands-on guides, on your own machine.".to_owned(),
            canonical: site.absolute(path),
            og_type: "website",
            json_ld: None,
            noindex: false,
            theme: viewer.preferences.theme,
            hide_answers: viewer.preferences.hide_answers,
            who: Who::of(viewer),
            nav,
            back: path.to_owned(),
            search: String::new(),
        }
    }

    /// The shell of a page that stands for nothing that a search engine should keep: a search, an error.
    #[must_use]
    pub fn unlisted(site: &Site, viewer: &Viewer, nav: Nav, title: impl Into<String>, uri: &Uri) -> Self {
        let back = uri.path_and_query().map_or("/", |path| path.as_str());
        Self { canonical: String::new(), noindex: true, ..Self::new(site, viewer, nav, title, back) }
    }

    /// Sets the description, cut at a word so that link previews show all of it.
    #[must_use]
    pub fn describe(mut self, text: &str) -> Self {
        const LONGEST: usize = 160;
        let end = text.char_indices().nth(LONGEST).map(|(at, _)| at);
        self.description = match end {
            Some(end) => {
                format!("{}…", text[..end].rsplit_once(' ').map_or(&text[..end], |(words, _)| words))
            }
            None => text.to_owned(),
        };
        self
    }
}

/// One question in a list.
#[derive(Debug, Clone, Copy)]
pub struct QuestionRow<'c> {
    pub listed: &'c Listed,
    /// Empty when answers are hidden, and for a question of an exam that runs.
    pub excerpt: &'c str,
}

impl<'c> QuestionRow<'c> {
    #[must_use]
    pub fn new(listed: &'c Listed, viewer: &Viewer) -> Self {
        let hidden = viewer.preferences.hide_answers || viewer.may_not_see(&listed.id);
        Self { listed, excerpt: if hidden { "" } else { &listed.excerpt } }
    }
}

/// One of the topics.
#[derive(Debug, Clone, Copy)]
pub struct TopicEntry<'c> {
    /// With the count of its questions; 0 shows "in preparation".
    pub topic: &'c TopicCount,
    /// Whether this is the topic of the page.
    pub current: bool,
}

impl<'c> TopicEntry<'c> {
    /// All topics in their order, with the one of this page marked.
    #[must_use]
    pub fn all(catalogue: &'c Catalogue, current: Option<&TopicId>) -> Vec<Self> {
        let topics = catalogue.topics().iter();
        topics.map(|topic| Self { topic, current: current == Some(&topic.id) }).collect()
    }
}

/// The text of our own rendered HTML: tags out, the four entities that the renderer writes back in.
#[must_use]
pub fn plain(html: &str) -> String {
    let mut pieces = html.split('<');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    text.extend(pieces.filter_map(|piece| Some(piece.split_once('>')?.1)));
    if text.contains('&') {
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    }
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}
