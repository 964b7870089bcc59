//! What a package holds: a person's cards with what their questions say and what was answered.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{Connection as _, SqliteConnection};

use super::answers::{self, Answer};
use crate::content::Level;
use crate::ids::{EventId, PersonId, QuestionId, QuestionNumber, TopicId};
use crate::practice::day::StudyDay;
use crate::practice::history::{Card, Change, Event, steps};
use crate::practice::learner::Learner;
use crate::practice::schedule::{Grade, Memory, Settings};
use crate::practice::store;

/// Everything that a person practises.
#[derive(Debug)]
pub struct Practised {
    pub(super) learner: Learner,
    pub(super) now: Timestamp,
    pub(super) today: StudyDay,
    /// In the order of the bank.
    pub(super) notes: Vec<Note>,
}

/// A question with the person's card of it.
#[derive(Debug)]
pub(super) struct Note {
    pub number: QuestionNumber,
    pub id: QuestionId,
    pub title: String,
    pub topic: TopicId,
    pub topic_title: String,
    pub level: Level,
    pub answer_html: String,
    pub key_points_html: Vec<String>,
    /// Seconds since 1970, UTC.
    pub updated_at_s: i64,
    pub card: Card,
    /// When the memory was last changed, in seconds since 1970, UTC.
    pub remembered_at_s: Option<i64>,
    pub reviews: Vec<Reviewed>,
}

/// A grade that was not taken back.
#[derive(Debug)]
pub(super) struct Reviewed {
    /// In Anki's log.
    pub id: i64,
    pub grade: Grade,
    /// Days, as the person was told.
    pub interval: u32,
    /// What they were told before; none at the first grade.
    pub last_interval: Option<u32>,
    /// FSRS's, after the grade.
    pub difficulty: f32,
    pub answer_ms: Option<u32>,
}

impl Practised {
    /// Reads every card of a person, also of questions that are archived, and everything that they answered.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn load(db: &mut SqliteConnection, person: PersonId, now: Timestamp) -> sqlx::Result<Self> {
        // everything from one moment
        let mut tx = db.begin().await?;
        let learner = Learner::load(&mut tx, person).await?;
        let mut cards = store::cards(&mut tx, person).await?;
        let histories = store::histories(&mut tx, person).await?;
        let answers = answers::of(&mut tx, person).await?;
        let ids = answers::log_ids(&answers);
        let answers: HashMap<EventId, (i64, &Answer)> =
            ids.into_iter().zip(&answers).map(|(id, answer)| (answer.event, (id, answer))).collect();
        let rows = sqlx::query!(
            r#"select q.number as "number!: QuestionNumber", q.id as "id: QuestionId", q.title, q.topic as "topic: TopicId",
                      t.title as topic_title, q.level as "level: Level", q.updated_at_s,
                      (select html from sections s where s.question = q.number and s.name = 'answer') as "answer_html!: String",
                      (select json_group_array(say_html) from (
                          select say_html from key_points k where k.question = q.number order by position
                      )) as "key_points!: String"
               from cards c join questions q on q.number = c.question join topics t on t.id = q.topic
               where c.person = ?1 order by q.browse_order, q.number"#,
            person,
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut notes = Vec::with_capacity(rows.len());
        for row in rows {
            let key_points = serde_json::from_str(&row.key_points);
            let events = histories.get(&row.number).map_or(&[][..], Vec::as_slice);
            let (reviews, remembered_at_s) = reviews(events, &learner.settings, &answers);
            notes.push(Note {
                number: row.number,
                id: row.id,
                title: row.title,
                topic: row.topic,
                topic_title: row.topic_title,
                level: row.level,
                answer_html: row.answer_html,
                key_points_html: key_points.map_err(|error| sqlx::Error::Decode(error.into()))?,
                updated_at_s: row.updated_at_s,
                card: cards.remove(&row.number).unwrap_or_default(),
                remembered_at_s,
                reviews,
            });
        }
        let today = learner.today(now);
        Ok(Self { learner, now, today, notes })
    }
}

/// The grades of a card, and when its memory was last changed.
fn reviews(
    events: &[Event],
    settings: &Settings,
    answers: &HashMap<EventId, (i64, &Answer)>,
) -> (Vec<Reviewed>, Option<i64>) {
    let (mut reviews, mut remembered, mut last_interval) = (Vec::new(), None, None);
    for (event, card) in steps(events, settings) {
        let Memory::Reviewed(recalled) = card.memory else { continue };
        match event.change {
            Change::Graded { grade, interval } => {
                remembered = Some(event.at_s);
                if let Some((id, answer)) = answers.get(&event.id) {
                    reviews.push(Reviewed {
                        id: *id,
                        grade,
                        interval,
                        last_interval,
                        difficulty: recalled.difficulty,
                        answer_ms: answer.answer_ms,
                    });
                }
                last_interval = Some(interval);
            }
            Change::Known { interval } => {
                remembered = Some(event.at_s);
                last_interval = Some(interval);
            }
            _ => {}
        }
    }
    (reviews, remembered)
}
