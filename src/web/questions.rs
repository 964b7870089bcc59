//! `/questions`: the list with its filters.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{OriginalUri, Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;
use sqlx::SqliteConnection;
use utoipa::IntoParams;

use super::Site;
use super::error::Error;
use super::page::Rendered;
use super::pagination::{PageNumber, Pagination, url};
use super::shell::{Nav, QuestionRow, Shell, TopicEntry, plain};
use super::viewer::Viewer;
use crate::ids::{PersonId, QuestionNumber};
use crate::practice::saved_searches::LONGEST_NAME;
use crate::practice::{Status, with_status};
use crate::questions::search::{self, Matched};
use crate::questions::{self, Filter, Kind, Level, Listed, Listing, PAGE_SIZE, Sort};

/// The list's query, as it stands in the URL. An empty value is no filter: it is what a form sends for "all".
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Words that the questions hold, in the language of the search.
    q: String,
    /// A topic's id.
    topic: String,
    /// beginner, intermediate or advanced.
    level: String,
    /// concept, comparison, scenario, troubleshooting or design.
    kind: String,
    /// A tag.
    tag: String,
    /// Where a question stands for whoever asks: new, learning, due, known, bookmarked, suspended or leech.
    status: String,
    /// topic (default), title, level or newest. With words the list goes by relevance instead.
    sort: String,
    /// Counted from 1.
    page: String,
}

/// The same, parsed.
#[derive(Debug)]
pub struct ListRequest {
    pub words: String,
    pub filter: Filter,
    pub status: Option<Status>,
    pub sort: Sort,
    pub page: questions::Page,
}

impl ListQuery {
    /// # Errors
    ///
    /// A bad request that names the parameter which is wrong.
    pub fn parse(&self) -> Result<ListRequest, Error> {
        let page = match self.page.trim() {
            "" => 1,
            number => number
                .parse::<u32>()
                .ok()
                .filter(|&page| page > 0)
                .ok_or_else(|| Error::bad_request("`page` is a number from 1 up."))?,
        };
        Ok(ListRequest {
            words: self.q.trim().to_owned(),
            filter: Filter {
                topic: optional("topic", &self.topic)?,
                level: optional("level", &self.level)?,
                kind: optional("kind", &self.kind)?,
                tag: optional("tag", &self.tag)?,
            },
            status: optional("status", &self.status)?,
            sort: optional("sort", &self.sort)?.unwrap_or_default(),
            page: questions::Page(page),
        })
    }

    /// The parameters that are set, for links that keep them; the page is left out.
    fn parameters(&self) -> Vec<(&'static str, String)> {
        [
            ("q", &self.q),
            ("topic", &self.topic),
            ("level", &self.level),
            ("kind", &self.kind),
            ("tag", &self.tag),
            ("status", &self.status),
            ("sort", &self.sort),
        ]
        .into_iter()
        .map(|(name, value)| (name, value.trim().to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect()
    }
}

impl ListQuery {
    /// The filters as they stand in the URL.
    #[must_use]
    pub fn text(&self) -> String {
        url("", self.parameters()).trim_start_matches('?').to_owned()
    }
}

fn optional<T>(name: &str, text: &str) -> Result<Option<T>, Error>
where
    T: FromStr<Err: Display>,
{
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    // `level=Beginner` is clear enough; what is wrong is told as it was written
    let parsed = text.parse().or_else(|error: T::Err| text.to_lowercase().parse().map_err(|_| error));
    parsed.map(Some).map_err(|error| Error::bad_request(format!("`{name}`: {error}.")))
}

/// One page of the list. Words go by relevance, whatever order is asked for; without words the catalogue's order holds.
///
/// The filters of the form hold on top of what the words ask for: together they narrow, never widen. A question that
/// has only some of the words is no match here; that is for the search page, which says so.
///
/// `person` is whose status counts; with words, it is looked for among the best results.
pub async fn find(site: &Site, request: &ListRequest, person: Option<PersonId>) -> Result<Listing, Error> {
    let ListRequest { words, filter, status, sort, page } = request;
    let catalogue = site.catalogue();
    let mut db = site.reader().await?;
    let among = match status {
        Some(status) => Some(with_status(&mut db, person, catalogue, *status, site.clock().now()).await?),
        None => None,
    };
    if words.is_empty() {
        return Ok(catalogue.list(filter, among.as_ref(), *sort, *page));
    }
    let shown = match among {
        Some(_) => (questions::Page::FIRST, BEST_RESULTS),
        None => (*page, PAGE_SIZE),
    };
    let Some(found) = with_words(site, &mut db, request, shown).await? else {
        return Ok(Listing { rows: Vec::new(), total: 0 });
    };
    let mut results = found.results;
    let mut total = found.total.reachable();
    if let Some(among) = among {
        results.retain(|hit| catalogue.number(&hit.id).is_some_and(|number| among.contains(&number)));
        total = u32::try_from(results.len()).unwrap_or(u32::MAX);
        let start = usize::try_from(page.offset(PAGE_SIZE)).unwrap_or(usize::MAX).min(results.len());
        results = results.split_off(start);
        results.truncate(PAGE_SIZE as usize);
    }
    let rows = results.into_iter().map(|hit| Listed {
        excerpt: plain(&hit.snippet_html),
        id: hit.id,
        title: hit.title,
        topic: hit.topic,
        topic_title: hit.topic_title,
        level: hit.level,
        kind: hit.kind,
        minutes: hit.minutes,
    });
    Ok(Listing { rows: rows.collect(), total })
}

/// Results that a status is looked for among, and that a session asks: more than anybody pages through.
const BEST_RESULTS: u32 = 200;

/// All questions that the list would show on its pages; of those that hold words the best.
pub async fn find_all(
    site: &Site,
    request: &ListRequest,
    person: Option<PersonId>,
) -> Result<BTreeSet<QuestionNumber>, Error> {
    let ListRequest { words, filter, status, .. } = request;
    let catalogue = site.catalogue();
    let mut db = site.reader().await?;
    let among = match status {
        Some(status) => Some(with_status(&mut db, person, catalogue, *status, site.clock().now()).await?),
        None => None,
    };
    if words.is_empty() {
        return Ok(catalogue.filtered(filter, among.as_ref()));
    }
    let found = with_words(site, &mut db, request, (questions::Page::FIRST, BEST_RESULTS)).await?;
    let hits = found.map(|found| found.results).unwrap_or_default();
    let numbers = hits.iter().filter_map(|hit| catalogue.number(&hit.id));
    Ok(numbers.filter(|number| among.as_ref().is_none_or(|among| among.contains(number))).collect())
}

/// The questions that hold all words of a request and that its filter leaves; `None` when there can be none.
async fn with_words(
    site: &Site,
    db: &mut SqliteConnection,
    ListRequest { words, filter, .. }: &ListRequest,
    (page, size): (questions::Page, u32),
) -> Result<Option<search::Found>, Error> {
    let mut query = search::Query::parse(words);
    let exists = filter.topic.as_ref().is_none_or(|topic| site.catalogue().topic(topic).is_some())
        && filter.tag.as_ref().is_none_or(|tag| site.catalogue().has_tag(tag));
    let narrows = exists
        && narrow(&mut query.topics, filter.topic.as_ref())
        && narrow(&mut query.levels, filter.level.as_ref())
        && narrow(&mut query.kinds, filter.kind.as_ref());
    if !narrows {
        return Ok(None);
    }
    query.tags.extend(filter.tag.clone());
    let found = search::search(db, &query, site.synonyms(), page, size).await?;
    Ok((found.matched != Matched::Some).then_some(found))
}

/// Leaves of what is asked for what the filter allows; `false` when that is nothing.
fn narrow<T: Clone + PartialEq>(asked: &mut Vec<T>, filter: Option<&T>) -> bool {
    match filter {
        Some(only) if asked.is_empty() || asked.contains(only) => {
            *asked = vec![only.clone()];
            true
        }
        Some(_) => false,
        None => true,
    }
}

/// The list of questions.
#[derive(Template)]
#[template(path = "questions/list.html")]
struct QuestionListPage<'c> {
    shell: Shell,
    topics: Vec<TopicEntry<'c>>,
    filters: Filters,
    chips: Vec<Chip>,
    /// The query to be saved, when it holds a filter, and a name for it.
    search: Option<(String, String)>,
    /// The list without filters, in the same order.
    clear_url: String,
    rows: Vec<QuestionRow<'c>>,
    pagination: Pagination,
}

/// The fields of the filter form. The first choice of each has an empty value and means all.
struct Filters {
    q: String,
    topics: Vec<Choice>,
    levels: Vec<Choice>,
    kinds: Vec<Choice>,
    tags: Vec<Choice>,
    statuses: Vec<Choice>,
    sorts: Vec<Choice>,
}

struct Choice {
    value: String,
    label: String,
    /// Questions behind it; nothing is printed for `None`.
    count: Option<u32>,
    selected: bool,
}

/// An active filter that one press removes.
struct Chip {
    name: &'static str,
    value: String,
    remove_url: String,
}

pub async fn list(
    State(site): State<Site>,
    viewer: Viewer,
    OriginalUri(uri): OriginalUri,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<impl IntoResponse, Error> {
    let Query(query) = query.map_err(|rejection| Error::bad_request(rejection.body_text()))?;
    let mut request = query.parse()?;
    let person = viewer.person().map(|person| person.id);
    let mut listing = find(&site, &request, person).await?;
    let pages = listing.total.div_ceil(PAGE_SIZE).max(1);
    if request.page.0 > pages {
        // a bookmark from a time with more questions still shows some
        request.page = questions::Page(pages);
        listing = find(&site, &request, person).await?;
    }
    let parameters = query.parameters();
    let pagination = Pagination::new("/questions", &parameters, request.page, PAGE_SIZE, listing.total);
    let filters = Filters::new(&site, &query, &request);
    let mut shell = Shell::unlisted(&site, &viewer, Nav::Questions, "Questions", &uri);
    if parameters.is_empty() {
        shell.noindex = false;
        shell.canonical = site.absolute(&url("/questions", page_parameter(request.page)));
    }
    let sort = parameters.iter().filter(|(name, _)| *name == "sort").cloned();
    let chips = chips(&parameters, &filters);
    let values: Vec<&str> = chips.iter().map(|chip| chip.value.as_str()).collect();
    Rendered::new(&QuestionListPage {
        search: (!chips.is_empty())
            .then(|| (query.text(), values.join(", ").chars().take(LONGEST_NAME).collect())),
        shell,
        topics: TopicEntry::all(site.catalogue(), request.filter.topic.as_ref()),
        chips,
        filters,
        clear_url: url("/questions", sort),
        rows: listing.rows.iter().map(|question| QuestionRow::new(question, viewer.preferences)).collect(),
        pagination,
    })
}

fn page_parameter(page: questions::Page) -> Option<(&'static str, String)> {
    (page.0 > 1).then(|| ("page", page.0.to_string()))
}

impl Filters {
    fn new(site: &Site, query: &ListQuery, request: &ListRequest) -> Self {
        let choices = |all: &str, current: &str, rest: Vec<(String, String, Option<u32>)>| {
            let all = ("".to_owned(), all.to_owned(), None);
            let current = current.trim();
            // an empty topic or an unknown tag stays chosen, so that the form sends it again
            let odd = (!current.is_empty() && !rest.iter().any(|(value, ..)| value == current))
                .then(|| (current.to_owned(), current.to_owned(), None));
            std::iter::once(all)
                .chain(odd)
                .chain(rest)
                .map(|(value, label, count)| Choice {
                    selected: value == current.trim(),
                    value,
                    label,
                    count,
                })
                .collect::<Vec<_>>()
        };
        let chosen = request.filter.topic.as_ref();
        let topics =
            site.catalogue().topics().iter().filter(|topic| topic.questions > 0 || Some(&topic.id) == chosen);
        let topics = topics.map(|topic| (topic.id.to_string(), topic.title.clone(), Some(topic.questions)));
        let levels = Level::ALL.map(|level| (level.slug().to_owned(), level.label().to_owned(), None));
        let kinds = Kind::ALL.map(|kind| (kind.slug().to_owned(), kind.label().to_owned(), None));
        let tags =
            site.catalogue().tags().map(|(tag, count)| (tag.to_string(), tag.to_string(), Some(count)));
        let statuses = Status::ALL.map(|status| (status.slug().to_owned(), status.label().to_owned(), None));
        let sorts = Sort::ALL.map(|sort| Choice {
            value: if sort == Sort::default() { String::new() } else { sort.slug().to_owned() },
            label: sort.label().to_owned(),
            count: None,
            selected: sort == request.sort,
        });
        Self {
            q: request.words.clone(),
            topics: choices("All topics", &query.topic, topics.collect()),
            levels: choices("All levels", &query.level, levels.into()),
            kinds: choices("All kinds", &query.kind, kinds.into()),
            tags: choices("All tags", &query.tag, tags.collect()),
            statuses: choices("Any status", &query.status, statuses.into()),
            sorts: sorts.into(),
        }
    }
}

fn chips(parameters: &[(&'static str, String)], filters: &Filters) -> Vec<Chip> {
    let label = |choices: &[Choice], value: &str| {
        choices
            .iter()
            .find(|choice| choice.value == value)
            .map_or_else(|| value.to_owned(), |choice| choice.label.clone())
    };
    parameters
        .iter()
        .filter_map(|(parameter, value)| {
            let (name, value) = match *parameter {
                "q" => ("Words", value.clone()),
                "topic" => ("Topic", label(&filters.topics, value)),
                "level" => ("Level", label(&filters.levels, value)),
                "kind" => ("Kind", label(&filters.kinds, value)),
                "tag" => ("Tag", label(&filters.tags, value)),
                "status" => ("Status", label(&filters.statuses, value)),
                _ => return None,
            };
            let rest = parameters.iter().filter(|(other, _)| other != parameter).cloned();
            Some(Chip { name, value, remove_url: url("/questions", rest) })
        })
        .collect()
}
