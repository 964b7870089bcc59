//! The whole bank in memory, in every order that a list has, with what a list filters by: which questions stand on
//! a page, and how many there are, without a walk through the database.
//!
//! Content changes only at a start, so this is loaded once. A question takes about fifty bytes.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use sqlx::SqlitePool;

use super::question::{Filter, Page, Sort};
use crate::content::{Kind, Level};
use crate::ids::{Tag, TopicId};

/// A question by its place in the order of the bank, from 0.
type Place = u32;

/// All questions that are not archived.
#[derive(Debug, Default)]
pub struct Index {
    /// By place.
    questions: Vec<Facets>,
    by_topic: Vec<Place>,
    by_title: Vec<Place>,
    by_level: Vec<Place>,
    by_age: Vec<Place>,
    tags: BTreeMap<Tag, Vec<Place>>,
    /// [`Facets::topic`] counts these.
    topics: Vec<TopicId>,
}

/// What a list filters by.
#[derive(Debug)]
struct Facets {
    number: i64,
    topic: usize,
    level: Level,
    kind: Kind,
}

/// A page of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The numbers of its questions, in their order.
    pub numbers: Vec<i64>,
    /// Questions on all pages.
    pub total: u32,
}

/// As the database writes a question for this module.
#[derive(Deserialize)]
struct Row(i64, TopicId, Level, Kind, i64);

impl Index {
    /// Reads what the last sync wrote.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn load(db: &SqlitePool) -> sqlx::Result<Self> {
        // each list as one JSON text: a hundred thousand rows of their own would take ten times longer
        let questions = sqlx::query_scalar!(
            r#"select json_group_array(json_array(number, topic, level, kind, added_at_s)) as "rows!: String"
               from (
                  select q.number, q.topic, l.name as level, q.kind, q.added_at_s
                  from questions q join level_names l on l.level = q.level
                  where q.archived_at_s is null order by q.browse_order
               )"#
        )
        .fetch_one(db)
        .await?;
        let titles = sqlx::query_scalar!(
            r#"select json_group_array(number) as "numbers!: String"
               from (select number from questions where archived_at_s is null order by title collate nocase, number)"#
        )
        .fetch_one(db)
        .await?;
        let tags = sqlx::query!(
            r#"select tag as "tag: Tag", json_group_array(question) as "numbers!: String"
               from question_tags group by tag order by tag"#
        )
        .fetch_all(db)
        .await?;
        let tags = tags.into_iter().map(|row| Ok((row.tag, decode(&row.numbers)?)));
        Ok(Self::new(decode(&questions)?, &decode::<Vec<i64>>(&titles)?, tags.collect::<sqlx::Result<_>>()?))
    }

    fn new(rows: Vec<Row>, titles: &[i64], tags: Vec<(Tag, Vec<i64>)>) -> Self {
        let mut index = Self::default();
        let mut place_of = HashMap::with_capacity(rows.len());
        let mut ages = Vec::with_capacity(rows.len());
        for (place, Row(number, topic, level, kind, added_at_s)) in (0..).zip(rows) {
            let topic = index.topics.iter().position(|known| *known == topic).unwrap_or_else(|| {
                index.topics.push(topic);
                index.topics.len() - 1
            });
            index.questions.push(Facets { number, topic, level, kind });
            place_of.insert(number, place);
            ages.push(added_at_s);
        }
        let places =
            |numbers: &[i64]| numbers.iter().filter_map(|number| place_of.get(number).copied()).collect();
        index.by_title = places(titles);
        // these sorts are stable: what is equal stays in the order of the bank
        index.by_topic = (0..).take(index.questions.len()).collect();
        index.by_level = index.by_topic.clone();
        index.by_age = index.by_topic.clone();
        index.by_level.sort_by_key(|&place| index.questions[place as usize].level);
        index.by_age.sort_by_key(|&place| std::cmp::Reverse(ages[place as usize]));
        let tags = tags.into_iter().map(|(tag, numbers)| (tag, places(&numbers)));
        index.tags = tags.filter(|(_, places): &(Tag, Vec<Place>)| !places.is_empty()).collect();
        index
    }

    /// The tags in use with the number of questions that have each, in alphabetical order.
    pub fn tags(&self) -> impl Iterator<Item = (&Tag, u32)> {
        self.tags.iter().map(|(tag, places)| (tag, u32::try_from(places.len()).unwrap_or(u32::MAX)))
    }

    #[must_use]
    pub fn has_tag(&self, tag: &Tag) -> bool {
        self.tags.contains_key(tag)
    }

    /// One page of the questions that a filter leaves.
    pub(super) fn page(&self, filter: &Filter, sort: Sort, page: Page, size: u32) -> Found {
        let tagged = filter.tag.as_ref().map(|tag| {
            let mut tagged = vec![false; self.questions.len()];
            for &place in self.tags.get(tag).into_iter().flatten() {
                tagged[place as usize] = true;
            }
            tagged
        });
        let topic = filter.topic.as_ref().map(|topic| self.topics.iter().position(|known| known == topic));
        let matches = |place: Place| {
            let question = &self.questions[place as usize];
            topic.is_none_or(|topic| topic == Some(question.topic))
                && filter.level.is_none_or(|level| level == question.level)
                && filter.kind.is_none_or(|kind| kind == question.kind)
                && tagged.as_ref().is_none_or(|tagged| tagged[place as usize])
        };
        let order = match sort {
            Sort::Topic => &self.by_topic,
            Sort::Title => &self.by_title,
            Sort::Level => &self.by_level,
            Sort::Newest => &self.by_age,
        };
        let offset = page.offset(size);
        let last = offset + i64::from(size);
        let (mut numbers, mut total) = (Vec::new(), 0_u32);
        for &place in order.iter().filter(|&&place| matches(place)) {
            if (offset..last).contains(&i64::from(total)) {
                numbers.push(self.questions[place as usize].number);
            }
            total += 1;
        }
        Found { numbers, total }
    }
}

fn decode<T: serde::de::DeserializeOwned>(json: &str) -> sqlx::Result<T> {
    serde_json::from_str(json).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
