//! Reading a file into a person's practice: an export of ours (what it holds is for [`super::export`]) or one of Anki's
//! (for [`super::anki`]).

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::{self, Read, Seek};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sqlx::SqliteConnection;

use super::additions::{Additions, Entry, questions};
use super::anki::{self, Collection, Limits};
use super::export::{Bookmark, Export, ExportedSettings, Note, OtherKind, TickedStep};
use super::keepsakes;
use super::learner::Learner;
use super::review::ClientId;
use super::schedule::{DEFAULT_MAXIMUM_INTERVAL, Settings};
use super::store;
use crate::ids::{PersonId, QuestionId, QuestionNumber, TopicId};

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Events that were not there before.
    pub added: u32,
    /// Events that were there already.
    pub known: u32,
    /// New events whose ids are those of others here; they were kept under ids of their own.
    pub renamed: u32,
    /// Entries about questions that this bank never had; they were left out.
    pub unknown_questions: u32,
    /// Notes of Anki that are about no question of ours; they were left out.
    pub foreign_notes: u32,
    /// Entries of Anki's log that are no answers; they were left out.
    pub no_answers: u32,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { added, known, renamed, unknown_questions, foreign_notes, no_answers } = *self;
        let plural =
            |number: u32, one: &'static str, many: &'static str| if number == 1 { one } else { many };
        write!(f, "{added} new {}; {known}", plural(added, "event", "events"))?;
        write!(f, " {} there already.", plural(known, "was", "were"))?;
        if renamed > 0 {
            let whose = plural(
                renamed,
                "has the id of another event here; it was kept under an id of its own",
                "have the ids of other events here; they were kept under ids of their own",
            );
            write!(f, " {renamed} of them {whose}.")?;
        }
        if unknown_questions > 0 {
            let about = plural(
                unknown_questions,
                "entry is about a question that this bank does not have; it was",
                "entries are about questions that this bank does not have; they were",
            );
            write!(f, " {unknown_questions} {about} left out.")?;
        }
        if foreign_notes > 0 {
            let which = plural(foreign_notes, "note of Anki is", "notes of Anki are");
            write!(f, " {foreign_notes} {which} not from Dryrun and left out.")?;
        }
        if no_answers > 0 {
            let which = plural(
                no_answers,
                "entry of Anki’s log is no answer",
                "entries of Anki’s log are no answers",
            );
            write!(
                f,
                " {no_answers} {which} (moved by hand, crammed, or at an impossible time) and left out."
            )?;
        }
        Ok(())
    }
}

/// Why a document was not read in; nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("this is no export of Dryrun ({0}): choose a file that Dryrun wrote or Anki exported")]
    NotAnExport(String),
    #[error("this export was written by a newer Dryrun (form {0}): read it in with that version")]
    Newer(u32),
    #[error("the export is damaged: {0}")]
    Damaged(String),
    #[error("the file is larger than {0} MB: use `dryrun import` in a terminal")]
    TooLarge(u64),
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error(transparent)]
    Package(#[from] anki::PackageError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    NotKept(#[from] keepsakes::NotKept),
}

/// A file that was read and found good.
#[derive(Debug)]
pub enum Document {
    /// An export of ours.
    Practice(Box<Export>),
    /// What was answered in Anki.
    Anki(Collection),
}

impl Document {
    /// Reads a file of either kind. The work is done off the threads that answer requests.
    ///
    /// # Errors
    ///
    /// When it is neither, damaged or too large.
    pub async fn read(
        mut file: impl Read + Seek + Send + 'static,
        limits: Limits,
    ) -> Result<Self, ImportError> {
        enum Found {
            Practice(Box<Export>),
            Collection(Vec<u8>),
        }
        let reading = tokio::task::spawn_blocking(move || {
            let mut beginning = Vec::new();
            file.by_ref().take(4).read_to_end(&mut beginning)?;
            file.rewind()?;
            if anki::looks_like_a_package(&beginning) {
                return Ok(Found::Collection(anki::open(file, limits)?));
            }
            let mut json = Vec::new();
            if file.take(limits.bytes + 1).read_to_end(&mut json)? as u64 > limits.bytes {
                return Err(ImportError::TooLarge(limits.bytes / (1024 * 1024)));
            }
            Ok(Found::Practice(Box::new(Export::parse(&json)?)))
        });
        match reading.await.map_err(|error| ImportError::Unreadable(io::Error::other(error)))?? {
            Found::Practice(export) => Ok(Self::Practice(export)),
            Found::Collection(database) => Ok(Self::Anki(Collection::read(database).await?)),
        }
    }
}

/// Reads a document into a person's practice and makes their cards anew.
///
/// # Errors
///
/// When the document is damaged, or the database cannot be written; roll back then.
pub async fn import(
    db: &mut SqliteConnection,
    person: PersonId,
    document: &Document,
    now: Timestamp,
) -> Result<Imported, ImportError> {
    let imported = match document {
        Document::Practice(export) => take(&mut *db, person, export).await?,
        Document::Anki(collection) => anki::add(&mut *db, person, collection, now).await?,
    };
    store::rebuild(db, person).await?;
    Ok(imported)
}

/// Takes what an export holds. The settings are taken when the person had done nothing yet; of a note, the newer text
/// stays.
async fn take(db: &mut SqliteConnection, person: PersonId, export: &Export) -> Result<Imported, ImportError> {
    let numbers = questions(&mut *db).await?;
    let fresh = sqlx::query_scalar!(
        r#"select not exists (select 1 from review_log where person = ?1) as "fresh!: bool""#,
        person
    )
    .fetch_one(&mut *db)
    .await?;
    let mut imported = Imported::default();
    let mut additions = Additions::load(&mut *db, person).await?;
    for entry in entries(export, &numbers, &mut imported)? {
        additions.add(entry)?;
    }
    additions.write(&mut *db, person, &mut imported).await?;
    keep(&mut *db, person, export, &numbers).await?;
    if fresh {
        take_settings(db, person, &export.settings).await?;
    }
    Ok(imported)
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
            client_id: review.client_id.as_str().into(),
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
            client_id: event.client_id.as_str().into(),
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
        if markdown.len() > keepsakes::LONGEST_KEPT_NOTE {
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
