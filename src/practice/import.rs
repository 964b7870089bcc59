//! Reading an export back into a person's practice. What the document holds is for [`super::export`].

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sqlx::SqliteConnection;

use super::day::StudyDay;
use super::export::{Bookmark, Export, ExportedSettings, Note, OtherKind, TickedStep};
use super::keepsakes;
use super::learner::Learner;
use super::review::ClientId;
use super::schedule::{DEFAULT_MAXIMUM_INTERVAL, Grade, Settings};
use super::store;
use crate::ids::{EventId, PersonId, QuestionId, QuestionNumber, TopicId};

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Events that were not there before.
    pub added: u32,
    /// Events that were there already.
    pub known: u32,
    /// Entries about questions that this bank never had; they were left out.
    pub unknown_questions: u32,
}

/// Why a document was not read in; nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(
        "this is no export of Dryrun ({0}): choose a file that `dryrun export` or the account page wrote"
    )]
    NotAnExport(String),
    #[error("this export was written by a newer Dryrun (form {0}): read it in with that version")]
    Newer(u32),
    #[error("the export is damaged: {0}")]
    Damaged(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    NotKept(#[from] keepsakes::NotKept),
}

/// One entry of the log, of either list.
struct Entry<'e> {
    client_id: &'e str,
    question: QuestionNumber,
    at: Timestamp,
    day: StudyDay,
    kind: &'static str,
    grade: Option<Grade>,
    interval_days: Option<u32>,
    answer_ms: Option<u32>,
    undoes: Option<&'e str>,
}

/// Reads a document into a person's practice and makes their cards anew. The settings are taken when the person had
/// done nothing yet; of a note, the newer text stays.
///
/// # Errors
///
/// When the document is damaged, or the database cannot be written; roll back then.
pub async fn import(
    db: &mut SqliteConnection,
    person: PersonId,
    export: &Export,
) -> Result<Imported, ImportError> {
    let numbers = numbers(&mut *db).await?;
    let fresh = sqlx::query_scalar!(
        r#"select not exists (select 1 from review_log where person = ?1) as "fresh!: bool""#,
        person
    )
    .fetch_one(&mut *db)
    .await?;
    let mut imported = Imported::default();
    for entry in entries(export, &numbers, &mut imported)? {
        if add(&mut *db, person, &entry).await? {
            imported.added += 1;
        } else {
            imported.known += 1;
        }
    }
    keep(&mut *db, person, export, &numbers).await?;
    if fresh {
        take_settings(&mut *db, person, &export.settings).await?;
    }
    store::rebuild(db, person).await?;
    Ok(imported)
}

async fn numbers(db: &mut SqliteConnection) -> sqlx::Result<HashMap<QuestionId, QuestionNumber>> {
    let rows =
        sqlx::query!(r#"select id as "id: QuestionId", number as "number!: QuestionNumber" from questions"#)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.number)).collect())
}

/// Both lists in the order in which they were recorded, without what is about unknown questions.
fn entries<'e>(
    export: &'e Export,
    numbers: &HashMap<QuestionId, QuestionNumber>,
    imported: &mut Imported,
) -> Result<Vec<Entry<'e>>, ImportError> {
    let mut entries: BTreeMap<u32, Entry<'e>> = BTreeMap::new();
    let mut put = |sequence, question: &QuestionId, entry: &dyn Fn(QuestionNumber) -> Entry<'e>| {
        let Some(&number) = numbers.get(question) else {
            imported.unknown_questions += 1;
            return Ok(());
        };
        let entry = entry(number);
        let utc_day = (entry.at.to_zoned(TimeZone::UTC).date() - Date::constant(1970, 1, 1)).get_days();
        if (entry.day.0 - utc_day).abs() > 2
            || entry.interval_days.is_some_and(|days| days > DEFAULT_MAXIMUM_INTERVAL)
        {
            let message = format!("the days of “{}” cannot be", entry.client_id);
            return Err(ImportError::Damaged(message));
        }
        let client_id: Result<ClientId, _> = entry.client_id.parse();
        client_id.map_err(|error| ImportError::Damaged(format!("{error}, not “{}”", entry.client_id)))?;
        match entries.insert(sequence, entry) {
            None => Ok(()),
            Some(_) => Err(ImportError::Damaged(format!("two entries have the sequence {sequence}"))),
        }
    };
    for review in &export.reviews {
        put(review.sequence, &review.question, &|question| Entry {
            client_id: &review.client_id,
            question,
            at: review.reviewed_at,
            day: review.day,
            kind: "grade",
            grade: Some(review.grade),
            interval_days: Some(review.interval_days),
            answer_ms: review.answer_ms,
            undoes: None,
        })?;
    }
    for event in &export.events {
        let kind = match event.kind {
            OtherKind::Undo => "undo",
            OtherKind::Suspend => "suspend",
            OtherKind::Resume => "resume",
            OtherKind::Bury => "bury",
            OtherKind::Know => "know",
            OtherKind::Missed => "missed",
        };
        let scheduled = matches!(event.kind, OtherKind::Know | OtherKind::Missed);
        if scheduled != event.interval_days.is_some()
            || (event.kind == OtherKind::Undo) != event.undoes.is_some()
        {
            return Err(ImportError::Damaged(format!("the {kind} event “{}” is not whole", event.client_id)));
        }
        put(event.sequence, &event.question, &|question| Entry {
            client_id: &event.client_id,
            question,
            at: event.at,
            day: event.day,
            kind,
            grade: None,
            interval_days: event.interval_days,
            answer_ms: None,
            undoes: event.undoes.as_deref(),
        })?;
    }
    Ok(entries.into_values().collect())
}

/// Adds an entry to the log unless it is there; `false` when it is.
async fn add(db: &mut SqliteConnection, person: PersonId, entry: &Entry<'_>) -> Result<bool, ImportError> {
    let undoes = match entry.undoes {
        None => None,
        Some(client_id) => {
            let id = sqlx::query_scalar!(
                r#"select id as "id!: EventId" from review_log where person = ?1 and client_id = ?2 and question = ?3"#,
                person,
                client_id,
                entry.question,
            )
            .fetch_optional(&mut *db)
            .await?;
            let gone = || {
                ImportError::Damaged(format!(
                    "“{}” takes back “{client_id}”, which is not there",
                    entry.client_id
                ))
            };
            Some(id.ok_or_else(gone)?)
        }
    };
    let at_s = entry.at.as_second();
    let added = sqlx::query!(
        "insert into review_log (person, question, at_s, day, kind, grade, interval_days, answer_ms, client_id, undoes)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) on conflict (person, client_id) do nothing",
        person,
        entry.question,
        at_s,
        entry.day,
        entry.kind,
        entry.grade,
        entry.interval_days,
        entry.answer_ms,
        entry.client_id,
        undoes,
    )
    .execute(db)
    .await?;
    Ok(added.rows_affected() > 0)
}

async fn keep(
    db: &mut SqliteConnection,
    person: PersonId,
    export: &Export,
    numbers: &HashMap<QuestionId, QuestionNumber>,
) -> Result<(), ImportError> {
    for Bookmark { question, at } in &export.bookmarks {
        if let Some(&number) = numbers.get(question) {
            keepsakes::bookmark(&mut *db, person, number, true, at.as_second()).await?;
        }
    }
    for TickedStep { question, step, at } in &export.ticked_steps {
        if let Some(&number) = numbers.get(question) {
            keepsakes::tick_step(&mut *db, person, number, step, true, at.as_second()).await?;
        }
    }
    for Note { question, markdown, updated_at } in &export.notes {
        let Some(&number) = numbers.get(question) else { continue };
        if markdown.len() > keepsakes::LONGEST_NOTE {
            return Err(ImportError::Damaged(format!("the note on `{question}` is too long")));
        }
        let updated_at_s = updated_at.as_second();
        let newer = sqlx::query_scalar!(
            r#"select exists (select 1 from notes where person = ?1 and question = ?2 and updated_at_s >= ?3) as "newer!: bool""#,
            person,
            number,
            updated_at_s,
        )
        .fetch_one(&mut *db)
        .await?;
        if !newer {
            keepsakes::write_note(&mut *db, person, number, markdown, updated_at_s).await?;
        }
    }
    Ok(())
}

async fn take_settings(
    db: &mut SqliteConnection,
    person: PersonId,
    settings: &ExportedSettings,
) -> Result<(), ImportError> {
    let damaged = |what: &dyn std::fmt::Display| ImportError::Damaged(what.to_string());
    let ExportedSettings {
        time_zone,
        day_start_hour,
        desired_retention,
        new_per_day,
        maximum_interval,
        rest_day,
        ..
    } = settings;
    let parameters = settings.parameters.as_deref().unwrap_or_default();
    let longest = u32::try_from(*maximum_interval).map_err(|error| damaged(&error))?;
    #[expect(clippy::cast_possible_truncation, reason = "a share with two decimals")]
    Settings::new(parameters, *desired_retention as f32, longest).map_err(|error| damaged(&error))?;
    if !(0..=23).contains(day_start_hour)
        || !(0..=9999).contains(new_per_day)
        || rest_day.is_some_and(|day| !(0..7).contains(&day))
    {
        return Err(damaged(&"a setting is out of its range"));
    }
    if let Some(on) = &settings.interview_on {
        on.parse::<Date>().map_err(|error| damaged(&error))?;
    }
    for topic in settings.interview_topics.iter().flatten() {
        topic.parse::<TopicId>().map_err(|error| damaged(&error))?;
    }
    let time_zone = Learner::known_zone(time_zone);
    let json = |value: Option<serde_json::Result<String>>| value.transpose().map_err(|error| damaged(&error));
    let parameters = json(settings.parameters.as_ref().map(serde_json::to_string))?;
    let topics = json(settings.interview_topics.as_ref().map(serde_json::to_string))?;
    sqlx::query!(
        "update people set time_zone = ?2, day_start_hour = ?3, desired_retention = ?4, new_per_day = ?5,
                maximum_interval = ?6, rest_day = ?7, parameters = ?8, interview_on = ?9, interview_topics = ?10
         where id = ?1",
        person,
        time_zone,
        day_start_hour,
        desired_retention,
        new_per_day,
        maximum_interval,
        rest_day,
        parameters,
        settings.interview_on,
        topics,
    )
    .execute(db)
    .await?;
    Ok(())
}
