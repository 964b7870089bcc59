//! Exports, the way back, and guests who become members.

use super::*;
use crate::interview::report::Record;
use crate::interview::transfer::{self, ExportedInterview, Imported};
use crate::practice::export::Export;
use crate::practice::import::{Document, ImportError};

/// When documents are written.
fn later() -> jiff::Timestamp {
    practising::moment(NOON + 120 * MINUTE)
}

async fn exported(site: &Site, person: PersonId) -> Export {
    transfer::export(&mut site.db.reader().await.unwrap(), person, later()).await.unwrap()
}

async fn import(site: &Site, document: &Export) -> Result<Imported, ImportError> {
    let document = Document::Practice(Box::new(document.clone()));
    site.write(async |db, _| transfer::import(db, BOB, &document, later()).await).await
}

/// Changes the first interview of a document.
fn change(document: &mut Export, change: impl FnOnce(&mut ExportedInterview)) {
    let mut interview: ExportedInterview = serde_json::from_value(document.interviews[0].clone()).unwrap();
    change(&mut interview);
    document.interviews[0] = serde_json::to_value(interview).unwrap();
}

/// A graded and closed exam, a mix that time ended, and an exam that runs.
async fn history(site: &Site) -> InterviewId {
    let closed = site.begin(ADA, &preset("warm-up")).await;
    let text = Text { client_id: Some("answer-0001".parse().unwrap()), ..said(1, ALPHA) };
    site.answer(closed, &text, NOON + MINUTE).await.unwrap();
    site.answer(closed, &said(1, "The beta is what follows."), NOON + MINUTE).await.unwrap();
    site.step(ADA, closed, Step::Pause, NOON + MINUTE).await.unwrap();
    site.step(ADA, closed, Step::Finish, NOON + 2 * MINUTE).await.unwrap();
    site.grade(closed, 1, &rated(3)).await.unwrap();
    site.close(closed).await.unwrap();
    let untimed = NewInterview { pace: Pace::Untimed, ..mix(Mode::Exam) };
    let id = site.begin(ADA, &untimed).await;
    site.save(id, &said(1, "A draft"), NOON + MINUTE).await.unwrap();
    site.step(ADA, id, Step::Abandon, NOON + MINUTE).await.unwrap();
    let by_time = site.begin(ADA, &mix(Mode::Practice)).await;
    site.answer(by_time, &said(1, ALL), NOON + MINUTE).await.unwrap();
    closed
}

#[tokio::test]
async fn an_export_read_back_gives_the_same_interviews_however_often() {
    let site = Site::open().await;
    let closed = history(&site).await;
    let document = exported(&site, ADA).await;
    assert_eq!(document.interviews.len(), 3, "the one that time ended, too");
    let json = serde_json::to_vec(&document).unwrap();
    let read = Export::parse(&json).unwrap();
    assert_eq!(read, document);
    let first = import(&site, &read).await.unwrap();
    assert_eq!((first.interviews, first.known_interviews, first.unknown_interviews), (3, 0, 0));
    let again = import(&site, &read).await.unwrap();
    assert_eq!((again.interviews, again.known_interviews, again.practice.added), (0, 3, 0));
    let mut bobs = exported(&site, BOB).await;
    bobs.settings = document.settings.clone();
    assert_eq!(bobs, document);

    // it is whole: the report is the same, and nothing is told to practice a second time
    let report = site.report(closed, NOON).await.unwrap();
    let mut db = site.db.reader().await.unwrap();
    let copy = InterviewId(closed.0 + 3);
    let interview = store::find(&mut db, BOB, copy, NOON).await.unwrap().unwrap();
    assert_eq!(interview.state(), State::Closed(End::ByPerson));
    let record = record(&mut db, site.bank(), BOB, &interview).await.unwrap().unwrap();
    drop(db);
    assert_eq!(crate::interview::report::report(Record { id: closed, ..record }), report);
    let refused = site.write(async |db, bank| close(db, bank, BOB, copy, NOON).await).await;
    assert_eq!(refusal(refused), Refusal::Closed);
}

#[tokio::test]
async fn an_interview_that_is_not_over_stays_where_it_is() {
    let site = Site::open().await;
    let id = site.begin(ADA, &NewInterview { pace: Pace::Untimed, ..mix(Mode::Exam) }).await;
    site.answer(id, &said(1, ALL), NOON + MINUTE).await.unwrap();
    let document = exported(&site, ADA).await;
    assert!(document.interviews.is_empty());
    let title = &site.interview(id, NOON + MINUTE).await.rounds[0].id;
    assert!(
        !serde_json::to_string(&document).unwrap().contains(title.as_str()),
        "nothing of a running exam is told"
    );
}

#[tokio::test]
async fn an_export_of_an_older_version_has_no_interviews() {
    let site = Site::open().await;
    let document = exported(&site, ADA).await;
    let json = serde_json::to_string(&document).unwrap();
    assert!(!json.contains("interviews"), "{json}");
    assert_eq!(Export::parse(json.as_bytes()).unwrap(), document);
}

#[tokio::test]
async fn an_interview_about_unknown_questions_is_left_out_and_a_damaged_one_changes_nothing() {
    let site = Site::open().await;
    history(&site).await;
    let good = exported(&site, ADA).await;
    let mut unknown = good.clone();
    unknown.interviews.truncate(1);
    change(&mut unknown, |interview| interview.rounds[0].question = "from-elsewhere".parse().unwrap());
    assert_eq!(import(&site, &unknown).await.unwrap().unknown_interviews, 1);
    site.run("delete from review_log where person = 2; delete from cards where person = 2").await;

    type Damage = fn(&mut ExportedInterview);
    let damages: [(&str, Damage); 15] = [
        ("its uid is none", |interview| interview.uid = "short".to_owned()),
        ("its title is too long", |interview| interview.title = "x".repeat(301)),
        ("an interview has 1 to 50 questions", |interview| interview.wish.questions = Some(51)),
        ("it has no paper", |interview| interview.rounds.clear()),
        ("its limit does not fit its pace", |interview| interview.limit_ms = None),
        ("its times cannot be", |interview| interview.rounds[0].budget_ms = 0),
        ("a predicted recall is no share", |interview| interview.rounds[0].recall = Some(1.5)),
        ("what practice was told is not whole", |interview| interview.rounds[0].told = 0),
        ("is no event of an interview", |interview| interview.events[0].kind = "begun".to_owned()),
        ("the interview has not begun", |interview| drop(interview.events.remove(0))),
        ("it did not end when it says", |interview| interview.ended_at = later()),
        ("an answer is to no prompt", |interview| interview.answers[0].round = RoundNumber(9)),
        ("a probe is about a key point", |interview| interview.answers[1].key_point = None),
        ("an answer is too long", |interview| interview.answers[0].text = "x".repeat(LONGEST_ANSWER + 1)),
        ("the grades of a round are not whole", |interview| interview.grades[0].ratings.clear()),
    ];
    for (expected, damage) in damages {
        let mut document = good.clone();
        change(&mut document, damage);
        let error = import(&site, &document).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}\n{error}");
        assert_eq!(site.number("select count(*) from interviews where person = 2").await, 0);
        assert_eq!(site.number("select count(*) from review_log where person = 2").await, 0);
    }
    let mut odd = good;
    odd.interviews[0] = serde_json::json!({"uid": 5});
    let error = import(&site, &odd).await.unwrap_err().to_string();
    assert!(error.starts_with("the export is damaged: an interview: "), "{error}");
}

#[tokio::test]
async fn a_guest_takes_their_interviews_into_the_account() {
    let site = Site::open().await;
    let done = site.begin(GUEST, &preset("warm-up")).await;
    site.step(GUEST, done, Step::Finish, NOON + MINUTE).await.unwrap();
    let running = site.begin(GUEST, &mix(Mode::Exam)).await;
    let progress = async |person| {
        crate::accounts::guests::progress(&mut site.db.reader().await.unwrap(), person).await.unwrap()
    };
    assert_eq!(progress(GUEST).await.interviews, 2);
    let now_s = i64::try_from((NOON + MINUTE) / 1000).unwrap();
    site.write(async |db, _| crate::accounts::guests::merge(db, GUEST, ADA, now_s).await).await.unwrap();
    assert!(progress(GUEST).await.is_empty());
    assert!(site.find(GUEST, running, NOON).await.is_none());
    assert_eq!(site.interview(done, NOON).await.state(), State::Finished(End::ByPerson));
    assert_eq!(site.interview(running, NOON + 2 * MINUTE).await.state(), State::Running, "it goes on");
    // grading finds what practice was told about the guest
    site.close(done).await.unwrap();
    assert_eq!(
        site.number("select count(*) from review_log").await,
        1,
        "the first question was asked and missed"
    );
}

#[tokio::test]
async fn of_two_unfinished_interviews_the_members_goes_on() {
    let site = Site::open().await;
    let guests = site.begin(GUEST, &mix(Mode::Exam)).await;
    let members = site.begin(ADA, &preset("warm-up")).await;
    let now_s = i64::try_from((NOON + MINUTE) / 1000).unwrap();
    site.write(async |db, _| crate::accounts::guests::merge(db, GUEST, ADA, now_s).await).await.unwrap();
    assert_eq!(site.interview(guests, NOON + MINUTE).await.state(), State::Finished(End::Abandoned));
    assert_eq!(site.interview(members, NOON + MINUTE).await.state(), State::Running);

    // one that time has ended is not abandoned
    let again = site.begin(GUEST, &mix(Mode::Exam)).await;
    let later_s = i64::try_from((NOON + 30 * MINUTE) / 1000).unwrap();
    site.write(async |db, _| crate::accounts::guests::merge(db, GUEST, ADA, later_s).await).await.unwrap();
    for id in [again, members] {
        assert_eq!(site.interview(id, NOON).await.state(), State::Finished(End::ByTime));
    }
}
