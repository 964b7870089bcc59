//! The heads of the whole bank in memory: what every list, link and filter is made of, in every order that a list has.
//!
//! Content changes only at a start, so this is loaded once. A question takes half a kilobyte; what is long (its
//! parts) stays in the database, and what is searched for is found there.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use jiff::civil::Date;
use serde::Deserialize;
use sqlx::SqliteConnection;

use super::question::{
    Dated, Filter, Listed, Listing, Neighbour, Page, Question, Selection, Sort, TopicCount,
};
use super::store;
use crate::content::{Document, Kind, Level};
use crate::ids::{QuestionId, QuestionNumber, Tag, TopicId};

/// Questions on a page of a list.
pub const PAGE_SIZE: u32 = 20;

/// A question by its place in the order of the bank, from 0.
type Place = u32;

/// All topics, and all questions that are not archived.
#[derive(Debug, Default)]
pub struct Catalogue {
    topics: Vec<TopicCount>,
    /// By place.
    heads: Vec<Head>,
    by_id: HashMap<QuestionId, Place>,
    by_number: HashMap<QuestionNumber, Place>,
    /// Where in `heads` each topic's questions stand: together.
    in_topics: HashMap<TopicId, Range<usize>>,
    by_topic: Vec<Place>,
    by_title: Vec<Place>,
    by_level: Vec<Place>,
    by_added: Vec<Place>,
    by_updated: Vec<Place>,
    /// In the order of the bank.
    tags: BTreeMap<Tag, Vec<Place>>,
}

/// What is known of a question without its parts.
#[derive(Debug)]
pub(super) struct Head {
    pub number: QuestionNumber,
    pub listed: Listed,
    /// Seconds since 1970, UTC.
    pub added_at_s: i64,
    /// Seconds since 1970, UTC.
    pub updated_at_s: i64,
    /// In either direction: those that it names, then those that name it.
    related: Vec<Place>,
}

/// A question as the database writes it for this module.
#[derive(Deserialize)]
pub(super) struct Row {
    pub number: QuestionNumber,
    pub id: QuestionId,
    pub topic: TopicId,
    pub title: String,
    pub level: Level,
    pub kind: Kind,
    pub minutes: u8,
    pub excerpt: String,
    pub added_at_s: i64,
    pub updated_at_s: i64,
}

/// What a catalogue is made from.
pub(super) struct Rows {
    pub topics: Vec<TopicCount>,
    /// In the order of the bank.
    pub questions: Vec<Row>,
    /// Numbers of questions in alphabetical order.
    pub titles: Vec<QuestionNumber>,
    /// With the numbers of the questions that have each.
    pub tags: Vec<(Tag, Vec<QuestionNumber>)>,
    /// For each number the ids that the question names, in their order.
    pub relations: Vec<(QuestionNumber, Vec<QuestionId>)>,
}

impl Catalogue {
    /// Reads what the last sync wrote.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn load(db: &mut SqliteConnection) -> sqlx::Result<Self> {
        Ok(Self::new(store::catalogue(db).await?))
    }

    fn new(rows: Rows) -> Self {
        let Rows { topics, questions, titles, tags, relations } = rows;
        let topic_titles: HashMap<TopicId, String> =
            topics.iter().map(|topic| (topic.id.clone(), topic.title.clone())).collect();
        let mut by_number = HashMap::with_capacity(questions.len());
        let mut by_id = HashMap::with_capacity(questions.len());
        let mut heads = Vec::with_capacity(questions.len());
        let mut in_topics: HashMap<TopicId, Range<usize>> = HashMap::with_capacity(topics.len());
        for (place, row) in (0..).zip(questions) {
            by_number.insert(row.number, place);
            by_id.insert(row.id.clone(), place);
            let at = heads.len();
            in_topics.entry(row.topic.clone()).or_insert(at..at).end = at + 1;
            heads.push(Head::new(row, &topic_titles));
        }
        relate(&mut heads, &relations, &by_number, &by_id);
        let places = |numbers: &[QuestionNumber]| {
            numbers.iter().filter_map(|number| by_number.get(number).copied()).collect()
        };
        let by_topic: Vec<Place> = (0..).take(heads.len()).collect();
        // these sorts are stable: what is equal stays in the order of the bank
        let (mut by_level, mut by_added, mut by_updated) =
            (by_topic.clone(), by_topic.clone(), by_topic.clone());
        by_level.sort_by_key(|&place| heads[place as usize].listed.level);
        by_added.sort_by_key(|&place| std::cmp::Reverse(heads[place as usize].added_at_s));
        by_updated.sort_by_key(|&place| std::cmp::Reverse(heads[place as usize].updated_at_s));
        let tags = tags.iter().map(|(tag, numbers)| {
            let mut places: Vec<Place> = places(numbers);
            places.sort_unstable();
            (tag.clone(), places)
        });
        Self {
            by_title: places(&titles),
            tags: tags.filter(|(_, places): &(Tag, Vec<Place>)| !places.is_empty()).collect(),
            topics,
            heads,
            by_id,
            by_number,
            in_topics,
            by_topic,
            by_level,
            by_added,
            by_updated,
        }
    }

    /// All topics in their order, those without questions too.
    #[must_use]
    pub fn topics(&self) -> &[TopicCount] {
        &self.topics
    }

    #[must_use]
    pub fn topic(&self, id: &TopicId) -> Option<&TopicCount> {
        self.topics.iter().find(|topic| topic.id == *id)
    }

    /// Questions in the whole bank.
    #[must_use]
    pub fn question_count(&self) -> u32 {
        self.topics.iter().map(|topic| topic.questions).sum()
    }

    /// The tags in use with the number of questions that have each, in alphabetical order.
    pub fn tags(&self) -> impl Iterator<Item = (&Tag, u32)> {
        self.tags.iter().map(|(tag, places)| (tag, count(places.len())))
    }

    #[must_use]
    pub fn has_tag(&self, tag: &Tag) -> bool {
        self.tags.contains_key(tag)
    }

    /// One page of the questions that a filter leaves, of those among some if such are given.
    #[must_use]
    pub fn list(
        &self,
        filter: &Filter,
        among: Option<&BTreeSet<QuestionNumber>>,
        sort: Sort,
        page: Page,
    ) -> Listing {
        let order = match sort {
            Sort::Topic => &self.by_topic,
            Sort::Title => &self.by_title,
            Sort::Level => &self.by_level,
            Sort::Newest => &self.by_added,
        };
        let offset = page.offset(PAGE_SIZE);
        let last = offset + i64::from(PAGE_SIZE);
        let (mut rows, mut total) = (Vec::new(), 0_u32);
        let matches = self.matches(filter, among);
        for &place in order.iter().filter(|&&place| matches(place)) {
            if (offset..last).contains(&i64::from(total)) {
                rows.push(self.heads[place as usize].listed.clone());
            }
            total += 1;
        }
        Listing { rows, total }
    }

    /// All questions that a filter leaves, of those among some if such are given.
    #[must_use]
    pub fn filtered(
        &self,
        filter: &Filter,
        among: Option<&BTreeSet<QuestionNumber>>,
    ) -> BTreeSet<QuestionNumber> {
        let matches = self.matches(filter, among);
        let places = (0..).take(self.heads.len());
        places.filter(|&place| matches(place)).map(|place| self.heads[place as usize].number).collect()
    }

    /// Whether the question at a place is what a filter leaves.
    fn matches(&self, filter: &Filter, among: Option<&BTreeSet<QuestionNumber>>) -> impl Fn(Place) -> bool {
        let tagged = filter.tag.as_ref().map(|tag| {
            let mut tagged = vec![false; self.heads.len()];
            for &place in self.tags.get(tag).into_iter().flatten() {
                tagged[place as usize] = true;
            }
            tagged
        });
        move |place| {
            let Head { number, listed: question, .. } = &self.heads[place as usize];
            among.is_none_or(|among| among.contains(number))
                && filter.topic.as_ref().is_none_or(|topic| *topic == question.topic)
                && filter.level.is_none_or(|level| level == question.level)
                && filter.kind.is_none_or(|kind| kind == question.kind)
                && tagged.as_ref().is_none_or(|tagged| tagged[place as usize])
        }
    }

    /// The questions of a topic in their order.
    #[must_use]
    pub fn in_topic(&self, topic: &TopicId) -> impl ExactSizeIterator<Item = &Listed> {
        let places = self.in_topics.get(topic).cloned().unwrap_or_default();
        self.heads[places].iter().map(|head| &head.listed)
    }

    /// The question of a day: the whole bank comes round, in its order, before one is shown again.
    #[must_use]
    pub fn question_of_the_day(&self, day: Date) -> Option<&Listed> {
        let days = (day - Date::constant(1970, 1, 1)).get_days();
        let place = i64::from(days).checked_rem_euclid(i64::try_from(self.heads.len()).ok()?)?;
        self.heads.get(usize::try_from(place).ok()?).map(|head| &head.listed)
    }

    /// Where a newcomer starts: the first question of each topic that has any.
    pub fn starting_points(&self) -> impl Iterator<Item = &Listed> {
        let filled = self.topics.iter().filter(|topic| topic.questions > 0);
        filled.filter_map(|topic| self.in_topic(&topic.id).next())
    }

    /// The questions that changed last, the newest first.
    pub fn last_changed(&self) -> impl Iterator<Item = Dated<'_>> {
        self.by_updated.iter().map(|&place| self.heads[place as usize].dated())
    }

    /// Every question with its dates, in the order of the bank.
    pub fn dated(&self) -> impl Iterator<Item = Dated<'_>> {
        self.heads.iter().map(Head::dated)
    }

    /// The questions of a selection, in the order of the bank.
    pub fn selected<'c>(&'c self, selection: &'c Selection) -> impl Iterator<Item = QuestionNumber> + 'c {
        let places = self.narrowed(selection).filter(|&place| self.fits(place, selection));
        places.map(|place| self.heads[place as usize].number)
    }

    /// Places in their order, all those of a selection among them: as few as can be told without looking at each.
    fn narrowed<'c>(
        &'c self,
        Selection { topics, tags, .. }: &Selection,
    ) -> Box<dyn Iterator<Item = Place> + Send + 'c> {
        if !tags.is_empty() {
            let tagged: BTreeSet<Place> =
                tags.iter().filter_map(|tag| self.tags.get(tag)).flatten().copied().collect();
            return Box::new(tagged.into_iter());
        }
        if topics.is_empty() {
            return Box::new(0..count(self.heads.len()));
        }
        let ranges = topics.iter().filter_map(|topic| self.in_topics.get(topic));
        let mut ranges: Vec<Range<Place>> =
            ranges.map(|range| count(range.start)..count(range.end)).collect();
        ranges.sort_by_key(|range| range.start);
        ranges.dedup();
        Box::new(ranges.into_iter().flatten())
    }

    /// Whether a question is there and belongs to a selection.
    #[must_use]
    pub fn is_selected(&self, number: QuestionNumber, selection: &Selection) -> bool {
        self.by_number.get(&number).is_some_and(|&place| self.fits(place, selection))
    }

    fn fits(&self, place: Place, Selection { topics, levels, tags, among }: &Selection) -> bool {
        let Head { number, listed, .. } = &self.heads[place as usize];
        let tagged =
            |tag: &Tag| self.tags.get(tag).is_some_and(|places| places.binary_search(&place).is_ok());
        (topics.is_empty() || topics.contains(&listed.topic))
            && (levels.is_empty() || levels.contains(&listed.level))
            && (tags.is_empty() || tags.iter().any(tagged))
            && among.as_ref().is_none_or(|among| among.contains(number))
    }

    /// Every question with its number, in the order of the bank.
    pub fn numbered(&self) -> impl Iterator<Item = (QuestionNumber, &Listed)> {
        self.heads.iter().map(|head| (head.number, &head.listed))
    }

    #[must_use]
    pub fn number(&self, id: &QuestionId) -> Option<QuestionNumber> {
        self.head(id).map(|head| head.number)
    }

    /// The question with this number, unless it is archived.
    #[must_use]
    pub fn by_number(&self, number: QuestionNumber) -> Option<&Listed> {
        self.by_number.get(&number).map(|&place| &self.heads[place as usize].listed)
    }

    pub(super) fn head(&self, id: &QuestionId) -> Option<&Head> {
        self.by_id.get(id).map(|&place| &self.heads[place as usize])
    }
}

/// A question as it was found: its place in the catalogue, and its parts as they lie in the database.
pub struct StoredQuestion<'c> {
    catalogue: &'c Catalogue,
    head: &'c Head,
    document: Document,
}

impl<'c> StoredQuestion<'c> {
    pub(super) fn new(catalogue: &'c Catalogue, head: &'c Head, document: Document) -> Self {
        Self { catalogue, head, document }
    }

    #[must_use]
    pub fn number(&self) -> QuestionNumber {
        self.head.number
    }

    /// The question with its parts and with what stands around it.
    ///
    /// # Errors
    ///
    /// When the parts cannot be read, which is a fault of this program.
    pub fn read(&self) -> sqlx::Result<Question<'_>> {
        let Self { catalogue, head, document } = self;
        let Listed { id, title, topic, topic_title, level, kind, minutes, .. } = &head.listed;
        let places = catalogue.in_topics.get(topic).cloned().unwrap_or_default();
        let at = catalogue.by_id.get(id).map_or(0, |&place| place as usize - places.start);
        let in_topic = &catalogue.heads[places];
        let neighbour = |at: Option<usize>| Some(&in_topic.get(at?)?.listed);
        Ok(Question {
            id,
            title,
            topic,
            topic_title,
            level: *level,
            kind: *kind,
            minutes: *minutes,
            parts: document.parts()?,
            related: head.related.iter().map(|&place| &catalogue.heads[place as usize].listed).collect(),
            previous: neighbour(at.checked_sub(1)).map(Neighbour::from),
            next: neighbour(at.checked_add(1)).map(Neighbour::from),
            place: count(at + 1),
            place_of: count(in_topic.len()),
            added_at_s: head.added_at_s,
            updated_at_s: head.updated_at_s,
        })
    }
}

impl Head {
    fn new(row: Row, topic_titles: &HashMap<TopicId, String>) -> Self {
        let Row { number, id, topic, title, level, kind, minutes, excerpt, added_at_s, updated_at_s } = row;
        let topic_title = topic_titles.get(&topic).cloned().unwrap_or_default();
        let listed = Listed { id, title, topic, topic_title, level, kind, minutes, excerpt };
        Self { number, listed, added_at_s, updated_at_s, related: Vec::new() }
    }

    fn dated(&self) -> Dated<'_> {
        Dated { listed: &self.listed, added_at_s: self.added_at_s, updated_at_s: self.updated_at_s }
    }
}

/// Links the heads in both directions. A question that is named but archived has no place and gets no link.
fn relate(
    heads: &mut [Head],
    relations: &[(QuestionNumber, Vec<QuestionId>)],
    by_number: &HashMap<QuestionNumber, Place>,
    by_id: &HashMap<QuestionId, Place>,
) {
    let mut naming: Vec<(Place, Place)> = Vec::new();
    for (number, named) in relations {
        let Some(&place) = by_number.get(number) else { continue };
        let named: Vec<Place> = named.iter().filter_map(|id| by_id.get(id).copied()).collect();
        naming.extend(named.iter().map(|&named| (place, named)));
        heads[place as usize].related = named;
    }
    // in the order of the bank; each direction of a pair that names each other is one link
    naming.sort_unstable();
    for (place, named) in naming {
        let related = &mut heads[named as usize].related;
        if !related.contains(&place) {
            related.push(place);
        }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
