//! Stories on a real database file: what people do in an interview, and what is there afterwards.

mod afterwards;
mod crashes;
mod during;
mod preparing;
mod transfer;

use std::collections::BTreeMap;

use sqlx::SqliteConnection;
use tempfile::TempDir;

use super::*;
use crate::db::Db;
use crate::ids::{PersonId, QuestionNumber};
use crate::interview::grading::{Axis, Grades};
use crate::interview::report::{Report, report};
use crate::interview::session::{End, RoundState, State};
use crate::interview::store::{self, Interview};
use crate::practice::day::StudyDay;
use crate::practice::history::Card;

/// Noon on 22 November 2026, UTC.
const NOON: u64 = 1_795_348_800_000;
const MINUTE: u64 = 60_000;
const ADA: PersonId = PersonId(1);
const BOB: PersonId = PersonId(2);
/// A guest.
const GUEST: PersonId = PersonId(3);

/// Three topics with three, two and one question. Each question has the key points alpha, beta and gamma.
const BANK: &str = include_str!("tests/bank.sql");

/// Makes every key point of a question of the bank.
const ALL: &str =
    "The alpha is what you say first of all. The beta is what follows from it. The gamma is at the end.";
/// Makes one of them.
const ALPHA: &str = "The alpha is what you say first of all, and then there is not much more to it.";

/// A site without pages.
struct Site {
    folder: TempDir,
    db: Db,
    catalogue: Catalogue,
    synonyms: Synonyms,
}

impl Site {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let mut tx = db.write().await.unwrap();
        sqlx::raw_sql(BANK).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let catalogue = Catalogue::load(&mut db.reader().await.unwrap()).await.unwrap();
        Self { folder, db, catalogue, synonyms: Synonyms::default() }
    }

    /// As if the process had ended and another begun.
    async fn restart(self) -> Self {
        self.db.close().await;
        let db = Db::open(self.folder.path()).await.unwrap();
        Self { db, ..self }
    }

    fn bank(&self) -> Bank<'_> {
        Bank { catalogue: &self.catalogue, synonyms: &self.synonyms }
    }

    /// One transaction, kept when the work ends well.
    async fn write<T, E: std::fmt::Debug>(
        &self,
        work: impl AsyncFnOnce(&mut SqliteConnection, Bank<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut tx = self.db.write().await.unwrap();
        let done = work(&mut tx, self.bank()).await;
        if done.is_ok() {
            tx.commit().await.unwrap();
        }
        done
    }

    async fn create(&self, person: PersonId, new: &NewInterview, now_ms: u64) -> Result<Created, NotCreated> {
        self.write(async |db, bank| create(db, bank, person, new, now_ms).await).await
    }

    /// An interview that began at noon.
    async fn begin(&self, person: PersonId, new: &NewInterview) -> InterviewId {
        let Created::New(id) = self.create(person, new, NOON).await.unwrap() else { panic!("a new one") };
        self.step(person, id, Step::Start, NOON).await.unwrap();
        id
    }

    async fn step(&self, person: PersonId, id: InterviewId, what: Step, now_ms: u64) -> Result<(), NotDone> {
        self.write(async |db, bank| step(db, bank, person, id, what, now_ms).await).await
    }

    async fn answer(&self, id: InterviewId, text: &Text, now_ms: u64) -> Result<HandedIn, NotDone> {
        self.write(async |db, bank| answer(db, bank, ADA, id, text, now_ms).await).await
    }

    async fn save(&self, id: InterviewId, text: &Text, now_ms: u64) -> Result<(), NotDone> {
        self.write(async |db, _| save(db, ADA, id, text, now_ms).await).await
    }

    async fn grade(&self, id: InterviewId, round: u16, grades: &Grades) -> Result<(), NotDone> {
        let round = RoundNumber(round);
        self.write(async |db, bank| grade(db, bank, ADA, id, round, grades, NOON + 60 * MINUTE).await).await
    }

    async fn close(&self, id: InterviewId) -> Result<(), NotDone> {
        self.write(async |db, bank| close(db, bank, ADA, id, NOON + 90 * MINUTE).await).await
    }

    async fn find(&self, person: PersonId, id: InterviewId, now_ms: u64) -> Option<Interview> {
        store::find(&mut self.db.reader().await.unwrap(), person, id, now_ms).await.unwrap()
    }

    async fn interview(&self, id: InterviewId, now_ms: u64) -> Interview {
        self.find(ADA, id, now_ms).await.expect("it is there")
    }

    async fn report(&self, id: InterviewId, now_ms: u64) -> Option<Report> {
        let interview = self.interview(id, now_ms).await;
        let mut db = self.db.reader().await.unwrap();
        record(&mut db, self.bank(), ADA, &interview).await.unwrap().map(report)
    }

    async fn card(&self, question: QuestionNumber) -> Card {
        crate::practice::store::card(&mut self.db.reader().await.unwrap(), ADA, question).await.unwrap()
    }

    async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut *self.db.reader().await.unwrap()).await.unwrap()
    }

    async fn run(&self, sql: &'static str) {
        self.write(async |db, _| sqlx::raw_sql(sql).execute(db).await.map(drop)).await.unwrap();
    }
}

fn wish(questions: u16, minutes: u16) -> Wish {
    Wish { questions: Some(questions), minutes: Some(minutes), ..Wish::default() }
}

/// Three questions in nine minutes.
fn mix(mode: Mode) -> NewInterview {
    NewInterview {
        what: What::OwnMix(wish(3, 9)),
        mode: Some(mode),
        pace: Pace::Standard,
        seed: Some(Seed::try_from(7).unwrap()),
    }
}

fn preset(id: &str) -> NewInterview {
    let blueprint = Blueprint {
        id: id.parse().unwrap(),
        title: "A preset".to_owned(),
        summary: "Three questions.".to_owned(),
        minutes: 9,
        questions: 3,
        mode: Mode::Practice,
        topics: Vec::new(),
        levels: Vec::new(),
        kinds: Vec::new(),
        seconds_per_question: None,
        weakest: false,
    };
    NewInterview { what: What::Preset(blueprint), mode: None, pace: Pace::Standard, seed: None }
}

fn said(round: u16, text: &str) -> Text {
    Text { round: RoundNumber(round), prompt: None, text: text.to_owned(), client_id: None }
}

fn rated(level: u8) -> Grades {
    Grades {
        points: BTreeMap::new(),
        evidence: "“The alpha is what you say first.”".to_owned(),
        ratings: Axis::ALL.into_iter().map(|axis| (axis, level.try_into().unwrap())).collect(),
    }
}

fn refusal<T: std::fmt::Debug>(done: Result<T, NotDone>) -> Refusal {
    match done {
        Err(NotDone::Refused(refusal)) => refusal,
        other => panic!("{other:?} is no refusal"),
    }
}
