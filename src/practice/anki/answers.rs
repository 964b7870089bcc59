//! What Anki's log calls the answers of ours: it knows one by its millisecond, ours counts seconds.

use std::collections::{HashMap, HashSet};

use sqlx::SqliteConnection;

use crate::ids::{EventId, PersonId, QuestionNumber};

/// What the client ids of answers from Anki begin with; Anki's number of the answer follows.
const FROM_ANKI: &str = "anki-";

/// The client id of an answer that Anki's log has under this number.
pub(super) fn client_id(id: i64) -> String {
    format!("{FROM_ANKI}{id}")
}

/// A grade in our log, also one that was taken back.
pub(super) struct Answer {
    pub event: EventId,
    pub question: QuestionNumber,
    /// Seconds since 1970, UTC.
    pub at_s: i64,
    pub answer_ms: Option<u32>,
    client_id: String,
}

impl Answer {
    /// Its number in Anki's log, if it came from there.
    pub fn anki_id(&self) -> Option<i64> {
        let id = self.client_id.strip_prefix(FROM_ANKI)?.parse::<i64>().ok()?;
        (id.div_euclid(1000) == self.at_s).then_some(id)
    }
}

/// Every grade of a person, in the order in which they were recorded.
pub(super) async fn of(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<Vec<Answer>> {
    sqlx::query_as!(
        Answer,
        r#"select id as "event!: EventId", question as "question: QuestionNumber", at_s, answer_ms as "answer_ms: u32",
                  client_id
           from review_log where person = ?1 and kind = 'grade' order by id"#,
        person,
    )
    .fetch_all(db)
    .await
}

/// The number of each answer in Anki's log: the one that it has there, or the first free millisecond of its second. The
/// log only grows, so an answer has the same number in every export.
pub(super) fn log_ids(answers: &[Answer]) -> Vec<i64> {
    let mut taken: HashSet<i64> = answers.iter().filter_map(Answer::anki_id).collect();
    let mut free: HashMap<i64, i64> = HashMap::new();
    let ids = answers.iter().map(|answer| {
        answer.anki_id().unwrap_or_else(|| {
            let next = free.entry(answer.at_s).or_insert(answer.at_s.saturating_mul(1000));
            while !taken.insert(*next) {
                *next += 1;
            }
            *next
        })
    });
    ids.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(at_s: i64, client_id: &str) -> Answer {
        Answer {
            event: EventId(1),
            question: QuestionNumber(1),
            at_s,
            answer_ms: None,
            client_id: client_id.to_owned(),
        }
    }

    #[test]
    fn an_answer_has_a_millisecond_of_its_second_that_no_other_has() {
        let mut answers = vec![
            answer(100, "aaaaaaaa"),
            answer(100, "anki-100001"),
            answer(100, "bbbbbbbb"),
            answer(100, "anki-99999999"),
            answer(101, "cccccccc"),
        ];
        assert_eq!(log_ids(&answers), [100_000, 100_001, 100_002, 100_003, 101_000]);
        // what comes later changes nothing that was there
        answers.push(answer(100, "anki-100700"));
        answers.push(answer(100, "dddddddd"));
        assert_eq!(log_ids(&answers)[5..], [100_700, 100_004]);
    }

    #[test]
    fn a_second_with_more_answers_than_milliseconds_goes_on_in_the_next() {
        let answers: Vec<Answer> = (0..2500).map(|n| answer(7 + n % 2, &format!("number-{n}"))).collect();
        let ids: HashSet<i64> = log_ids(&answers).into_iter().collect();
        assert_eq!(ids.len(), answers.len());
        assert!(ids.iter().all(|id| (7000..10_000).contains(id)));
    }
}
