//! Which questions a session is about, and which it has put off. That is all there is to a session, so it is in the URL of
//! its pages and in one hidden field of its forms.

use serde::Deserialize;

use crate::ids::{PersonId, QuestionId, QuestionNumber, SearchId};
use crate::practice::saved_searches::{self, SavedSearch};
use crate::questions::Selection;
use crate::web::Site;
use crate::web::error::Error;
use crate::web::pagination::url;
use crate::web::questions::{ListQuery, find_all};

/// Topics, levels or tags that a session can be about; there are no more topics.
const MOST_CHOSEN: usize = 50;
/// Questions that a session can put off.
const MOST_SKIPPED: usize = 100;

/// A session as its URL has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SessionQuery {
    topic: Vec<String>,
    level: Vec<String>,
    tag: Vec<String>,
    /// A search that the person saved.
    search: String,
    skip: Vec<String>,
    /// To be asked now, whether it is due or not.
    question: String,
}

/// The same, parsed.
#[derive(Debug, Default)]
pub struct Session {
    pub selection: Selection,
    /// What [`Selection::among`] comes from.
    pub search: Option<SavedSearch>,
    /// Those that are no question any more are left out.
    pub skipped: Vec<QuestionNumber>,
    /// To be asked now.
    pub wanted: Option<QuestionNumber>,
}

impl SessionQuery {
    /// What a form brings along of the session that it belongs to.
    ///
    /// # Errors
    ///
    /// A bad request when it is not what a page of this site wrote.
    pub fn of_form(session: &str) -> Result<Self, Error> {
        serde_html_form::from_str(session).map_err(|error| Error::bad_request(format!("`session`: {error}.")))
    }

    /// For the hidden field.
    #[must_use]
    pub fn field(&self) -> String {
        self.url().split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
    }

    #[must_use]
    pub fn url(&self) -> String {
        url("/practice", self.parameters())
    }

    /// The session with a question put off.
    #[must_use]
    pub fn without(&self, question: &QuestionId) -> String {
        let skip = ("skip", question.to_string());
        url("/practice", self.parameters().into_iter().chain([skip]))
    }

    /// The session with nothing put off.
    #[must_use]
    pub fn unskipped(&self) -> String {
        url("/practice", self.parameters().into_iter().filter(|(name, _)| *name != "skip"))
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        let lists =
            [("topic", &self.topic), ("level", &self.level), ("tag", &self.tag), ("skip", &self.skip)];
        lists
            .into_iter()
            .flat_map(|(name, values)| values.iter().map(move |value| (name, value.clone())))
            .chain([("search", self.search.clone())])
            .collect()
    }

    /// What the session is about for a person.
    ///
    /// # Errors
    ///
    /// A bad request that names the parameter which is wrong; not found for a search that is not theirs.
    pub async fn load(&self, site: &Site, person: Option<PersonId>) -> Result<Session, Error> {
        let number = |id: &String| site.catalogue().number(&id.parse::<QuestionId>().ok()?);
        let search = match self.search.trim() {
            "" => None,
            id => Some(saved(site, person, id).await?),
        };
        let among = match &search {
            Some(search) => {
                let query: ListQuery = serde_html_form::from_str(&search.query).map_err(Error::unexpected)?;
                Some(find_all(site, &query.parse()?, person).await?)
            }
            None => None,
        };
        Ok(Session {
            selection: Selection {
                topics: parse_all("topic", &self.topic)?,
                levels: parse_all("level", &self.level)?,
                tags: parse_all("tag", &self.tag)?,
                among,
            },
            search,
            skipped: self.skip.iter().rev().take(MOST_SKIPPED).filter_map(number).collect(),
            wanted: number(&self.question),
        })
    }
}

async fn saved(site: &Site, person: Option<PersonId>, id: &str) -> Result<SavedSearch, Error> {
    let (Some(person), Ok(id)) = (person, id.parse()) else { return Err(Error::NotFound) };
    saved_searches::find(&mut *site.reader().await?, person, SearchId(id)).await?.ok_or(Error::NotFound)
}

fn parse_all<T>(name: &str, values: &[String]) -> Result<Vec<T>, Error>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let values = values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).take(MOST_CHOSEN);
    let parse =
        |value: &str| value.parse().map_err(|error| Error::bad_request(format!("`{name}`: {error}.")));
    values.map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_brings_the_whole_session_along() {
        let query = "topic=serverless&topic=networking&level=beginner&tag=vpc&skip=a&skip=b&search=3";
        let session = SessionQuery::of_form(query).unwrap();
        assert_eq!(session.field(), query);
        assert_eq!(
            session.unskipped(),
            "/practice?topic=serverless&topic=networking&level=beginner&tag=vpc&search=3"
        );
        assert_eq!(SessionQuery::of_form("").unwrap().url(), "/practice");
    }
}
