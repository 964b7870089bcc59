//! The pages of a list: numbers, gaps, and links that keep the rest of the query.

use url::form_urlencoded::Serializer;

use crate::questions::Page;

/// Where a list stands and how to get on.
#[derive(Debug)]
pub struct Pagination {
    /// All matches.
    pub total: u32,
    /// Place of the first row on this page, counted from 1; 0 when there are none.
    pub first: u32,
    pub last: u32,
    pub pages: u32,
    pub previous: Option<String>,
    pub next: Option<String>,
    pub numbers: Vec<PageNumber>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum PageNumber {
    Page { number: u32, url: String },
    Current { number: u32 },
    Gap,
}

impl Pagination {
    /// `parameters` are the rest of the query, kept in every link.
    #[must_use]
    pub fn new(path: &str, parameters: &[(&str, String)], page: Page, size: u32, total: u32) -> Self {
        let pages = total.div_ceil(size).max(1);
        let current = page.0.clamp(1, pages);
        let url = |number: u32| {
            let page = (number > 1).then(|| ("page", number.to_string()));
            url(path, parameters.iter().cloned().chain(page))
        };
        let first = if total == 0 { 0 } else { (current - 1) * size + 1 };
        Self {
            total,
            first,
            last: (current * size).min(total),
            pages,
            previous: (current > 1).then(|| url(current - 1)),
            next: (current < pages).then(|| url(current + 1)),
            numbers: numbers(current, pages, url),
        }
    }
}

/// The first, the last and the neighbours of the current page; what is left out between them is a gap.
fn numbers(current: u32, pages: u32, url: impl Fn(u32) -> String) -> Vec<PageNumber> {
    let mut shown = Vec::new();
    let mut last_shown = 0;
    for number in 1..=pages {
        let near = number.abs_diff(current) <= 1;
        // a gap of one page is longer than the page itself
        let closes_gap = number.abs_diff(current) == 2 && (number == 2 || number + 1 == pages);
        if !(number == 1 || number == pages || near || closes_gap) {
            continue;
        }
        if number > last_shown + 1 {
            shown.push(PageNumber::Gap);
        }
        shown.push(if number == current {
            PageNumber::Current { number }
        } else {
            PageNumber::Page { number, url: url(number) }
        });
        last_shown = number;
    }
    shown
}

/// A path with a query; parameters with an empty value are left out.
pub fn url<'a>(path: &str, parameters: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in parameters {
        if !value.is_empty() {
            query.append_pair(name, &value);
        }
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(page: u32, total: u32) -> String {
        let pagination = Pagination::new("/questions", &[], Page(page), 10, total);
        let word = |number: &PageNumber| match number {
            PageNumber::Page { number, .. } => number.to_string(),
            PageNumber::Current { number } => format!("[{number}]"),
            PageNumber::Gap => "…".to_owned(),
        };
        pagination.numbers.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn pages_around_the_current_one_are_shown_with_the_ends() {
        assert_eq!(shown(1, 0), "[1]");
        assert_eq!(shown(1, 30), "[1] 2 3");
        assert_eq!(shown(5, 100), "1 … 4 [5] 6 … 10");
        assert_eq!(shown(3, 100), "1 2 [3] 4 … 10");
        assert_eq!(shown(8, 100), "1 … 7 [8] 9 10");
        assert_eq!(shown(99, 100), "1 … 9 [10]");
    }

    #[test]
    fn links_keep_the_filters() {
        let parameters =
            [("topic", "networking".to_owned()), ("q", "a b&c".to_owned()), ("tag", String::new())];
        let pagination = Pagination::new("/questions", &parameters, Page(2), 10, 25);
        assert_eq!(pagination.next.as_deref(), Some("/questions?topic=networking&q=a+b%26c&page=3"));
        assert_eq!(pagination.previous.as_deref(), Some("/questions?topic=networking&q=a+b%26c"));
        assert_eq!((pagination.first, pagination.last), (11, 20));
    }
}
