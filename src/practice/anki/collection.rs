//! Writing an Anki collection: an SQLite database of schema 11, in memory.

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use url::Url;

use super::forms::{self, FIRST_DECK, NOTE_TYPE, plain};
use super::guid;
use super::practised::{Note, Practised, Reviewed};
use crate::ids::TopicId;
use crate::practice::day::StudyDay;
use crate::practice::schedule::{Memory, Settings};

/// Tables and indexes of schema 11.
const SCHEMA: &str = include_str!("schema11.sql");
/// Notes and cards are numbered by milliseconds of 2020, where nobody's own are who did not make any then. Anki gives
/// one another number if it is taken.
const FIRST_NUMBER: i64 = 1_600_000_000_000;
/// What Anki puts between the fields of a note.
const FIELD_END: &str = "\u{1f}";
/// The ease that Anki gives every card at first, in thousandths; with FSRS nothing goes by it.
const EASE: u32 = 2500;

// Anki's numbers for the state of a card.
const NEW: i64 = 0;
const REVIEWED: i64 = 2;
const SUSPENDED: i64 = -1;
const BURIED: i64 = -3;

/// Rows of the four tables, as JSON.
#[derive(Default)]
struct Rows {
    notes: Vec<Value>,
    cards: Vec<Value>,
    reviews: Vec<Value>,
}

/// The collection with everything that a person practises.
pub(super) async fn of(practised: &Practised, site: Option<&Url>) -> sqlx::Result<Vec<u8>> {
    let Practised { learner, now, today, notes } = practised;
    // due days are counted from the collection's first, so none may come before it
    let first = notes.iter().filter_map(|note| note.card.due).min().map_or(*today, |due| due.min(*today));
    let created = learner.calendar.start_of(first);
    let mut topics: Vec<(&TopicId, &str)> = Vec::new();
    let mut rows = Rows::default();
    for (position, note) in (1_i64..).zip(notes) {
        let place = topics.iter().position(|(id, _)| *id == &note.topic).unwrap_or_else(|| {
            topics.push((&note.topic, &note.topic_title));
            topics.len() - 1
        });
        let deck = forms::topic_deck(place);
        let number = FIRST_NUMBER + note.number.0;
        rows.notes.push(note_row(note, number, site));
        rows.cards.push(card_row(note, number, deck, position, (first, practised)));
        rows.reviews.extend(note.reviews.iter().map(|review| review_row(review, number)));
    }
    let decks = forms::decks(topics.iter().map(|(_, title)| *title), *now);
    write(
        &rows,
        created,
        *now,
        &forms::configuration(&learner.calendar, created),
        &decks,
        &forms::options(learner),
    )
    .await
}

/// What an Anki shows that is too old for the rest of the package.
pub(super) async fn notice(now: Timestamp) -> sqlx::Result<Vec<u8>> {
    let told = "This package needs Anki 2.1 or newer.";
    let fields = [told, "", "", "", "", "", ""].join(FIELD_END);
    let guid = "dryrun-needs-a-newer-anki";
    let rows = Rows {
        notes: vec![json!([FIRST_NUMBER, guid, NOTE_TYPE, now.as_second(), "", fields, told])],
        cards: vec![json!([
            FIRST_NUMBER,
            FIRST_NUMBER,
            FIRST_DECK,
            now.as_second(),
            NEW,
            NEW,
            1,
            0,
            0,
            0,
            0,
            "{}"
        ])],
        reviews: Vec::new(),
    };
    let decks = forms::decks(std::iter::empty(), now);
    write(&rows, now, now, &json!({}), &decks, &json!({})).await
}

fn note_row(note: &Note, number: i64, site: Option<&Url>) -> Value {
    let Note { id, title, topic, topic_title, level, answer_html, key_points_html, updated_at_s, .. } = note;
    let clean = |html: &str| forms::standing_alone(html, site);
    let points: String = key_points_html.iter().map(|point| format!("<li>{}</li>", clean(point))).collect();
    let link = site.and_then(|site| site.join(&format!("/questions/{id}")).ok());
    let fields = [
        forms::as_html(title),
        clean(answer_html),
        format!("<ul>{points}</ul>"),
        forms::as_html(topic_title),
        level.label().to_owned(),
        id.to_string(),
        link.map(String::from).unwrap_or_default(),
    ];
    let tags = format!(" {topic} {} ", level.slug());
    json!([
        number,
        guid(id),
        NOTE_TYPE,
        updated_at_s,
        tags,
        fields.map(|text| text.replace(FIELD_END, " ")).join(FIELD_END),
        title
    ])
}

fn card_row(
    note: &Note,
    number: i64,
    deck: i64,
    position: i64,
    (first, practised): (StudyDay, &Practised),
) -> Value {
    let Practised { learner, now, today, .. } = practised;
    let card = &note.card;
    let buried = card.buried_until.is_some_and(|until| until > *today);
    let put_aside = if card.suspended { Some(SUSPENDED) } else { buried.then_some(BURIED) };
    let (kind, due, interval, data) = match (card.memory, card.due) {
        (Memory::Reviewed(recalled), Some(due)) => {
            let data =
                memory(&learner.settings, recalled.stability, recalled.difficulty, note.remembered_at_s);
            (REVIEWED, i64::from(due.0 - first.0), due.since(recalled.last_day).max(1), data)
        }
        // a new card's due is its place among the new ones
        _ => (NEW, position, 0, json!({})),
    };
    let queue = put_aside.unwrap_or(kind);
    json!([
        number,
        number,
        deck,
        now.as_second(),
        kind,
        queue,
        due,
        interval,
        if kind == NEW { 0 } else { EASE },
        card.grades,
        card.lapses,
        data.to_string()
    ])
}

/// FSRS's memory as Anki keeps it: `s`, `d`, desired retention, decay and the moment of the last review.
fn memory(settings: &Settings, stability: f32, difficulty: f32, last_at_s: Option<i64>) -> Value {
    let (retention, decay) = (plain(settings.desired_retention()), plain(settings.decay()));
    let mut data = json!({"s": plain(stability), "d": plain(difficulty), "dr": retention, "decay": decay});
    if let Some(at_s) = last_at_s {
        data["lrt"] = at_s.into();
    }
    data
}

fn review_row(review: &Reviewed, card: i64) -> Value {
    const LEARNED: u8 = 0;
    const REVIEWED: u8 = 1;
    let kind = if review.last_interval.is_none() { LEARNED } else { REVIEWED };
    // with FSRS, Anki's log holds the difficulty from 100 to 1100 in the place of the ease
    #[expect(clippy::cast_possible_truncation, reason = "a difficulty is 1 to 10")]
    let difficulty = ((review.difficulty - 1.0) / 9.0).mul_add(1000.0, 100.0).round() as i64;
    let last_interval = review.last_interval.unwrap_or(0);
    let answer_ms = review.answer_ms.unwrap_or(0);
    json!([
        review.id,
        card,
        u8::from(review.grade),
        review.interval,
        last_interval,
        difficulty,
        answer_ms,
        kind
    ])
}

async fn write(
    rows: &Rows,
    created: Timestamp,
    now: Timestamp,
    configuration: &Value,
    decks: &Value,
    options: &Value,
) -> sqlx::Result<Vec<u8>> {
    let mut db = SqliteConnectOptions::new().in_memory(true).connect().await?;
    let mut tx = db.begin().await?;
    sqlx::raw_sql(SCHEMA).execute(&mut *tx).await?;
    sqlx::query(
        "insert into col (id, crt, mod, scm, ver, dty, usn, ls, conf, models, decks, dconf, tags)
         values (1, ?1, ?2, ?2, 11, 0, 0, 0, ?3, ?4, ?5, ?6, '{}')",
    )
    .bind(created.as_second())
    .bind(now.as_millisecond())
    .bind(configuration.to_string())
    .bind(forms::note_types().to_string())
    .bind(decks.to_string())
    .bind(options.to_string())
    .execute(&mut *tx)
    .await?;
    // many rows as one JSON text; the checksum is Anki's to compute
    insert(
        &mut tx,
        "insert into notes (id, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, -1, value ->> 4, value ->> 5, value ->> 6, 0, 0, ''
         from json_each(?1)",
        &rows.notes,
    )
    .await?;
    insert(
        &mut tx,
        "insert into cards (id, nid, did, ord, mod, usn, type, queue, due, ivl, factor, reps, lapses, left, odue, odid, flags, data)
         select value ->> 0, value ->> 1, value ->> 2, 0, value ->> 3, -1, value ->> 4, value ->> 5, value ->> 6,
                value ->> 7, value ->> 8, value ->> 9, value ->> 10, 0, 0, 0, 0, value ->> 11
         from json_each(?1)",
        &rows.cards,
    )
    .await?;
    insert(
        &mut tx,
        "insert into revlog (id, cid, usn, ease, ivl, lastIvl, factor, time, type)
         select value ->> 0, value ->> 1, -1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
         from json_each(?1)",
        &rows.reviews,
    )
    .await?;
    tx.commit().await?;
    let bytes = db.serialize(None).await?.to_vec();
    db.close().await?;
    Ok(bytes)
}

async fn insert(db: &mut SqliteConnection, sql: &'static str, rows: &[Value]) -> sqlx::Result<()> {
    let rows = serde_json::to_string(rows).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query(sql).bind(rows).execute(db).await.map(drop)
}
