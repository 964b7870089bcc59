//! Looking at a page with CSS selectors. Every look that finds nothing where something must be says what it looked at.

use scraper::{ElementRef, Html, Selector};

/// A parsed page.
pub struct Page {
    /// The request that it answers.
    pub what: String,
    pub html: Html,
}

impl Page {
    pub fn parse(what: &str, html: &str) -> Self {
        Self { what: what.to_owned(), html: Html::parse_document(html) }
    }

    pub fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        let parsed = Selector::parse(selector).unwrap_or_else(|error| panic!("{selector}: {error}"));
        // the parsed selector does not live long enough to return the iterator
        self.html.select(&parsed).collect()
    }

    /// The one element that a selector finds.
    pub fn one(&self, selector: &str) -> ElementRef<'_> {
        match self.all(selector).as_slice() {
            [element] => *element,
            found => panic!("{}: {} × {selector}", self.what, found.len()),
        }
    }

    pub fn count(&self, selector: &str) -> usize {
        self.all(selector).len()
    }

    pub fn has(&self, selector: &str) -> bool {
        self.count(selector) > 0
    }

    /// The words of the one element, each gap a single space.
    pub fn text(&self, selector: &str) -> String {
        words(self.one(selector))
    }

    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).into_iter().map(words).collect()
    }

    /// An attribute of the one element.
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        let element = self.one(selector);
        let value = element.attr(name).unwrap_or_else(|| panic!("{}: {selector} has no {name}", self.what));
        value.to_owned()
    }

    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.all(selector).iter().filter_map(|element| element.attr(name)).map(str::to_owned).collect()
    }

    /// The questions of the page's list, by id.
    pub fn listed(&self) -> Vec<String> {
        let links = self.attributes("main .question-row-title", "href");
        links.iter().map(|link| link.trim_start_matches("/questions/").to_owned()).collect()
    }
}

pub fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
