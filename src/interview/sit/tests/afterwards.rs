use super::*;
use crate::interview::grading::{InvalidGrades, Outcome};
use crate::interview::judging::Mark;
use crate::practice;

/// The study day of noon, by the calendar of somebody who has set nothing.
const TODAY: StudyDay = StudyDay(20_779);

/// An exam of three questions with a full answer, one that makes one point of three, and none; ended after five minutes.
async fn sat(site: &Site) -> (InterviewId, Vec<QuestionNumber>) {
    let id = site.begin(ADA, &mix(Mode::Exam)).await;
    site.answer(id, &said(1, ALL), NOON + MINUTE).await.unwrap();
    site.answer(id, &said(2, ALPHA), NOON + 2 * MINUTE).await.unwrap();
    site.step(ADA, id, Step::SkipProbe(RoundNumber(2)), NOON + 2 * MINUTE).await.unwrap();
    site.step(ADA, id, Step::Finish, NOON + 5 * MINUTE).await.unwrap();
    let questions =
        site.interview(id, NOON + 5 * MINUTE).await.rounds.iter().map(|round| round.question).collect();
    (id, questions)
}

async fn log_of(site: &Site, question: QuestionNumber) -> Vec<(String, Option<i64>)> {
    sqlx::query_as("select kind, grade from review_log where person = 1 and question = ?1 order by id")
        .bind(question)
        .fetch_all(&mut *site.db.reader().await.unwrap())
        .await
        .unwrap()
}

fn event(kind: &str, grade: Option<i64>) -> (String, Option<i64>) {
    (kind.to_owned(), grade)
}

#[tokio::test]
async fn the_end_tells_practice_what_was_answered_and_what_was_missed() {
    let site = Site::open().await;
    let (id, questions) = sat(&site).await;
    assert_eq!(log_of(&site, questions[0]).await, [event("grade", Some(3))]);
    assert_eq!(log_of(&site, questions[1]).await, [event("missed", None)]);
    assert_eq!(log_of(&site, questions[2]).await, [event("missed", None)], "asked and not answered");
    for question in &questions[1..] {
        assert_eq!(site.card(*question).await.due, Some(TODAY.plus(1)), "due tomorrow");
        let miss =
            practice::last_miss(&mut site.db.reader().await.unwrap(), ADA, *question).await.unwrap().unwrap();
        assert_eq!((miss.day, miss.answered_since), (TODAY, false));
    }
    let none = practice::last_miss(&mut site.db.reader().await.unwrap(), ADA, questions[0]).await.unwrap();
    assert_eq!(none, None);
    site.close(id).await.unwrap();
    assert_eq!(site.number("select count(*) from review_log").await, 3, "it counts once");
}

#[tokio::test]
async fn a_question_that_was_never_asked_is_no_miss() {
    let site = Site::open().await;
    let id = site.begin(ADA, &mix(Mode::Exam)).await;
    site.answer(id, &said(1, ALL), NOON + MINUTE).await.unwrap();
    site.step(ADA, id, Step::Abandon, NOON + MINUTE).await.unwrap();
    let rounds = site.interview(id, NOON + MINUTE).await.rounds;
    let outcomes: Vec<Option<Outcome>> = rounds.iter().map(|round| round.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Good), Some(Outcome::Missed), None]);
    assert_eq!(log_of(&site, rounds[2].question).await, []);
}

#[tokio::test]
async fn a_spoken_answer_waits_for_the_person() {
    let site = Site::open().await;
    let id = site.begin(ADA, &mix(Mode::Exam)).await;
    site.answer(id, &said(1, ""), NOON + MINUTE).await.unwrap();
    site.step(ADA, id, Step::Finish, NOON + 2 * MINUTE).await.unwrap();
    let question = site.interview(id, NOON).await.rounds[0].question;
    assert_eq!(log_of(&site, question).await, [], "nobody has heard it");
    let mut grades = rated(3);
    for point in ["alpha", "beta", "gamma"] {
        grades.points.insert(point.parse().unwrap(), Mark::Made);
    }
    site.grade(id, 1, &grades).await.unwrap();
    assert_eq!(log_of(&site, question).await, [event("grade", Some(3))]);
}

#[tokio::test]
async fn grades_correct_what_practice_was_told_and_closing_ends_it() {
    let site = Site::open().await;
    let (id, questions) = sat(&site).await;
    assert!(matches!(
        site.grade(id, 1, &Grades { evidence: String::new(), ..rated(4) }).await,
        Err(NotDone::InvalidGrades(InvalidGrades::EvidenceMissing))
    ));
    assert!(matches!(
        site.grade(id, 3, &rated(1)).await,
        Err(NotDone::InvalidGrades(InvalidGrades::NothingToGrade))
    ));
    site.grade(id, 1, &rated(4)).await.unwrap();
    assert_eq!(site.interview(id, NOON).await.state(), State::Finished(End::ByPerson), "one is not graded");
    let mut corrected = rated(2);
    corrected.points.insert("beta".parse().unwrap(), Mark::Made);
    site.grade(id, 2, &corrected).await.unwrap();
    assert_eq!(site.interview(id, NOON).await.state(), State::SelfGraded(End::ByPerson));
    assert_eq!(
        log_of(&site, questions[0]).await,
        [event("grade", Some(3)), event("undo", None), event("grade", Some(4))]
    );
    assert_eq!(
        log_of(&site, questions[1]).await,
        [event("missed", None), event("undo", None), event("grade", Some(2))]
    );
    assert_eq!(site.card(questions[0]).await.grades, 1, "one review in the end");
    assert_eq!(site.number("select count(*) from interview_grades").await, 2);

    site.close(id).await.unwrap();
    assert_eq!(site.interview(id, NOON).await.state(), State::Closed(End::ByPerson));
    let events = site.number("select count(*) from review_log").await;
    assert_eq!(refusal(site.grade(id, 1, &rated(1)).await), Refusal::Closed);
    assert_eq!(refusal(site.close(id).await), Refusal::Closed);
    assert_eq!(site.number("select count(*) from review_log").await, events);
    let report = site.report(id, NOON).await.unwrap();
    assert_eq!(report.axes, [Some(3.0); 4]);
    assert_eq!(report.rounds[1].marks, [Mark::Made, Mark::Made, Mark::Missed]);
}

#[tokio::test]
async fn a_review_that_was_taken_back_in_practice_is_not_counted_against_it() {
    let site = Site::open().await;
    let (id, questions) = sat(&site).await;
    let request = practice::Request {
        question: questions[0],
        action: practice::Action::Undo { event: crate::ids::EventId(1) },
        client_id: "by-the-person".parse().unwrap(),
        at: practising::moment(NOON + 6 * MINUTE),
    };
    site.write(async |db, _| practice::record(db, ADA, &request).await).await.unwrap();
    site.grade(id, 1, &rated(4)).await.unwrap();
    site.close(id).await.unwrap();
    assert_eq!(site.card(questions[0]).await.grades, 1);
}

#[tokio::test]
async fn the_report_is_whole_right_after_the_end_and_not_before() {
    let site = Site::open().await;
    let id = site.begin(ADA, &preset("warm-up")).await;
    assert_eq!(site.report(id, NOON + MINUTE).await, None);
    site.answer(id, &said(1, ALPHA), NOON + MINUTE).await.unwrap();
    site.answer(id, &said(1, "The beta is what follows, of course."), NOON + 2 * MINUTE).await.unwrap();
    // nobody finishes it; time does, and nothing is written
    let report = site.report(id, NOON + 20 * MINUTE).await.unwrap();
    assert_eq!(report.record.end, End::ByTime);
    let first = &report.record.rounds[0];
    let words: Vec<&str> = first.answers.iter().map(|answer| answer.text.as_str()).collect();
    assert_eq!(words, [ALPHA, "The beta is what follows, of course."]);
    assert_eq!(report.rounds[0].marks, [Mark::Made, Mark::Probed, Mark::Missed]);
    assert_eq!((first.main_ms, first.probes_ms.as_slice()), (MINUTE, [MINUTE].as_slice()));
    assert_eq!((report.asked, report.answered, report.probes), (2, 1, 1));
    assert_eq!(site.number("select count(*) from interviews where ended_ms is not null").await, 0);

    // settling writes it, once
    let settle =
        async || site.write(async |db, bank| settle(db, bank, ADA, NOON + 20 * MINUTE).await).await.unwrap();
    assert!(settle().await);
    assert!(!settle().await);
    assert_eq!(site.number("select count(*) from review_log").await, 2);
    // and an end that is written stays, whatever becomes of the clock
    assert_eq!(site.interview(id, NOON).await.state(), State::Finished(End::ByTime));
}

#[tokio::test]
async fn attempts_of_a_preset_are_compared() {
    let site = Site::open().await;
    for (text, minutes) in [(ALPHA, 0), (ALL, 20), (ALL, 40)] {
        let at_ms = NOON + minutes * MINUTE;
        let Created::New(id) = site.create(ADA, &preset("warm-up"), at_ms).await.unwrap() else {
            panic!("a new one")
        };
        site.step(ADA, id, Step::Start, at_ms).await.unwrap();
        site.answer(id, &said(1, text), at_ms).await.unwrap();
        site.step(ADA, id, Step::Finish, at_ms + MINUTE).await.unwrap();
    }
    let report = site.report(InterviewId(2), NOON).await.unwrap();
    assert_eq!(report.record.earlier.iter().map(|attempt| attempt.id.0).collect::<Vec<_>>(), [1]);
    // the second question was asked and not answered, since the first one had no probes
    assert_eq!(report.share, Some(0.5));
    assert!((report.record.earlier[0].share - 1.0 / 3.0).abs() < 1e-9);
    assert!(report.change.unwrap() > 0.16);
    let last = site.report(InterviewId(3), NOON).await.unwrap();
    assert_eq!(last.record.earlier.iter().map(|attempt| attempt.id.0).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn a_question_that_left_the_bank_stays_in_the_report() {
    let site = Site::open().await;
    let (id, _) = sat(&site).await;
    site.run("update questions set archived_at_s = 1").await;
    let report = site.report(id, NOON).await.unwrap();
    let first = &report.record.rounds[0];
    assert!(first.archived && !first.title.is_empty());
    assert_eq!(first.findings.len(), 3);
    site.grade(id, 1, &rated(4)).await.unwrap();
    site.close(id).await.unwrap();
}

#[tokio::test]
async fn deleting_takes_the_interview_and_leaves_the_reviews() {
    let site = Site::open().await;
    let (id, _) = sat(&site).await;
    site.grade(id, 1, &rated(3)).await.unwrap();
    assert!(site.write(async |db, _| delete(db, ADA, id).await).await.unwrap());
    assert!(site.find(ADA, id, NOON).await.is_none());
    let left = "select (select count(*) from interview_rounds) + (select count(*) from interview_events)
        + (select count(*) from interview_answers) + (select count(*) from interview_grades)";
    assert_eq!(site.number(left).await, 0);
    assert_eq!(site.number("select count(*) from review_log").await, 3);

    // with a person everything goes
    let (_, _) = sat(&site).await;
    site.run("delete from people where id = 1").await;
    assert_eq!(site.number(left).await, 0);
    assert_eq!(site.number("select count(*) from interviews").await, 0);
}
