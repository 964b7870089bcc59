//! Grading an interview that is over: what was said beside the key points, and four axes with their anchors.

use std::collections::BTreeMap;
use std::ops::Range;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::{Form, FormRejection};

use super::{find, room};
use crate::ids::{InterviewId, PartId, PersonId, QuestionId};
use crate::interview::grading::{
    Axis, Grades, InvalidGrades, LONGEST_EVIDENCE, MAPPING, MAPPING_NOTE, Outcome, Rating,
};
use crate::interview::judging::{Finding, Mark};
use crate::interview::report::RoundRecord;
use crate::interview::session::{End, RoundNumber, State as Stands};
use crate::interview::sit::{self, NotDone};
use crate::interview::store::Interview;
use crate::web::Site;
use crate::web::error::Error;
use crate::web::forms::{self, FieldErrors};
use crate::web::marked::{first_alternative, marked};
use crate::web::shell::{Html, Nav, Shell};
use crate::web::viewer::Viewer;

#[derive(Template)]
#[template(path = "interviews/grading.html")]
struct GradingPage {
    shell: Shell,
    id: InterviewId,
    title: String,
    note: Option<&'static str>,
    how_it_ended: &'static str,
    closed: bool,
    rounds: Vec<RoundView>,
    not_asked: usize,
    graded: usize,
    mapping: &'static [(Outcome, &'static str)],
    longest_evidence: usize,
}

struct RoundView {
    number: RoundNumber,
    question: QuestionId,
    title: String,
    archived: bool,
    said: Vec<SaidView>,
    points: Vec<PointView>,
    axes: Vec<AxisView>,
    evidence: String,
    graded: bool,
    /// Not graded yet, and the first of those: open.
    open: bool,
    errors: FieldErrors,
}

/// An answer with the words marked that counted.
struct SaidView {
    /// What a probe asked; none for the question itself.
    probe: Option<String>,
    html: Html,
    empty: bool,
    handed_in: bool,
    prompt: u8,
}

struct PointView {
    id: PartId,
    say_html: String,
    mark: Mark,
    /// Somebody asked about it.
    probed: bool,
    missing: Vec<String>,
}

struct AxisView {
    axis: Axis,
    anchors: Vec<Anchor>,
}

/// What a level looks like.
struct Anchor {
    level: u8,
    text: &'static str,
    chosen: bool,
}

impl PointView {
    fn is(&self, mark: &str) -> bool {
        mark == match self.mark {
            Mark::Made => "made",
            Mark::Probed => "probed",
            Mark::Missed => "missed",
        }
    }
}

/// The page of an interview that is over.
pub async fn page(
    site: &Site,
    viewer: &Viewer,
    uri: &Uri,
    (person, interview): (PersonId, &Interview),
    note: Option<&'static str>,
) -> Result<Response, Error> {
    let page = GradingPage::load(site, viewer, uri, (person, interview), None).await?;
    Ok(forms::private(GradingPage { note, ..page }))
}

/// `POST /interviews/{id}/grades`: how the person rates one answer.
pub async fn grade(
    State(site): State<Site>,
    viewer: Viewer,
    axum::extract::OriginalUri(uri): axum::extract::OriginalUri,
    Path(id): Path<String>,
    sent: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Error> {
    let Form(fields) = sent.map_err(|rejection| Error::bad_request(rejection.to_string()))?;
    let (person, interview) = find(&site, &viewer, &id).await?;
    let (round, grades) = parse(&fields)?;
    let (served, now_ms, id, given) = (site.clone(), site.clock().millis(), interview.id, grades.clone());
    let graded = site.db().commit(move |db| {
        Box::pin(async move { sit::grade(db, served.bank(), person, id, round, &given, now_ms).await })
    });
    match graded.await {
        Ok(()) => Ok(Redirect::to(&format!("{}#grade-{}", room(id), round.0 + 1)).into_response()),
        Err(NotDone::Database(error)) => Err(error.into()),
        Err(NotDone::InvalidGrades(invalid)) => {
            let wrong = Some((round, grades, invalid));
            let page = GradingPage::load(&site, &viewer, &uri, (person, &interview), wrong).await?;
            Ok(forms::refused(page))
        }
        Err(NotDone::NotFound) => Err(Error::NotFound),
        // closed in another tab
        Err(NotDone::Refused(_) | NotDone::TooLong) => Ok(Redirect::to(&room(id)).into_response()),
    }
}

/// The names of the fields hold the ids of the key points.
fn parse(fields: &[(String, String)]) -> Result<(RoundNumber, Grades), Error> {
    let bad = |name: &str| Error::bad_request(format!("`{name}` has a value that it cannot have."));
    let mut round = None;
    let mut grades = Grades { points: BTreeMap::new(), evidence: String::new(), ratings: BTreeMap::new() };
    for (name, value) in fields {
        let axis = || Axis::ALL.into_iter().find(|axis| axis.slug() == name);
        if name == "round" {
            round = Some(RoundNumber(value.parse().map_err(|_| bad(name))?));
        } else if name == "evidence" {
            grades.evidence = value.replace("\r\n", "\n");
        } else if let Some(point) = name.strip_prefix("point-") {
            let mark = match value.as_str() {
                "made" => Mark::Made,
                "probed" => Mark::Probed,
                "missed" => Mark::Missed,
                _ => return Err(bad(name)),
            };
            grades.points.insert(point.parse().map_err(|_| bad(name))?, mark);
        } else if let Some(axis) = axis() {
            let level: u8 = value.parse().map_err(|_| bad(name))?;
            grades.ratings.insert(axis, Rating::try_from(level).map_err(|_| bad(name))?);
        }
    }
    Ok((round.ok_or_else(|| bad("round"))?, grades))
}

impl GradingPage {
    async fn load(
        site: &Site,
        viewer: &Viewer,
        uri: &Uri,
        (person, interview): (PersonId, &Interview),
        wrong: Option<(RoundNumber, Grades, InvalidGrades)>,
    ) -> Result<Self, Error> {
        let records = sit::rounds(&mut *site.reader().await?, site.bank(), person, interview).await?;
        let asked: Vec<&RoundRecord> = records.iter().filter(|round| round.was_asked()).collect();
        let closed = matches!(interview.state(), Stands::Closed(_));
        let first_open = asked.iter().find(|round| round.grades.is_none()).map(|round| round.number);
        let first_open = wrong.as_ref().map(|(round, ..)| *round).or(first_open).filter(|_| !closed);
        let rounds: Vec<RoundView> = asked
            .iter()
            .map(|record| {
                let wrong = wrong.as_ref().filter(|(round, ..)| *round == record.number);
                RoundView::new(record, first_open == Some(record.number), wrong)
            })
            .collect();
        let title = if wrong.is_some() { "Error: grade your answers" } else { "Grade your answers" };
        let mut shell =
            Shell::unlisted(site, viewer, Nav::Interviews, format!("{title} · {}", interview.title), uri);
        shell.back = room(interview.id);
        Ok(Self {
            shell,
            id: interview.id,
            title: interview.title.clone(),
            note: None,
            how_it_ended: match interview.state().end() {
                Some(End::ByTime) => "Time was up.",
                Some(End::Abandoned) => "You abandoned it.",
                _ => "You finished it.",
            },
            closed,
            graded: rounds.iter().filter(|round| round.graded).count(),
            not_asked: records.len() - rounds.len(),
            rounds,
            mapping: &MAPPING,
            longest_evidence: LONGEST_EVIDENCE,
        })
    }
}

impl RoundView {
    fn new(record: &RoundRecord, open: bool, wrong: Option<&(RoundNumber, Grades, InvalidGrades)>) -> Self {
        let grades = wrong.map(|(_, grades, _)| grades).or(record.grades.as_ref());
        let probed =
            |point: &PartId| record.answers.iter().any(|answer| answer.key_point.as_ref() == Some(point));
        let point = |finding: &Finding| PointView {
            id: finding.point.clone(),
            say_html: finding.say_html.clone(),
            mark: grades
                .and_then(|grades| grades.points.get(&finding.point).copied())
                .unwrap_or(finding.mark),
            probed: probed(&finding.point),
            missing: finding
                .missing
                .iter()
                .map(|(term, reason)| format!("“{}”: {reason}", first_alternative(term)))
                .collect(),
        };
        let said = |answer: &crate::interview::report::GivenAnswer| SaidView {
            probe: (answer.prompt > 0).then(|| answer.asked.clone()),
            html: marked(&answer.text, &counted(&record.findings, answer.prompt)),
            empty: answer.text.trim().is_empty(),
            handed_in: answer.handed_in,
            prompt: answer.prompt,
        };
        let mut errors = FieldErrors::default();
        if let Some((.., invalid)) = wrong {
            let field = match invalid {
                InvalidGrades::RatingMissing => "ratings",
                InvalidGrades::EvidenceMissing | InvalidGrades::EvidenceTooLong => "evidence",
                InvalidGrades::UnknownPoint | InvalidGrades::NothingToGrade => "points",
            };
            errors.add(field, format!("{invalid}."));
        }
        Self {
            number: record.number,
            question: record.question.clone(),
            title: record.title.clone(),
            archived: record.archived,
            said: record.answers.iter().map(said).collect(),
            points: record.findings.iter().map(point).collect(),
            axes: Axis::ALL
                .map(|axis| {
                    let rating =
                        grades.and_then(|grades| grades.ratings.get(&axis)).map(|rating| rating.get());
                    let anchors = (1..).zip(axis.anchors());
                    let anchors =
                        anchors.map(|(level, text)| Anchor { level, text, chosen: rating == Some(level) });
                    AxisView { axis, anchors: anchors.collect() }
                })
                .into(),
            evidence: grades.map(|grades| grades.evidence.clone()).unwrap_or_default(),
            graded: record.grades.is_some(),
            open,
            errors,
        }
    }
}

/// The words of the answer to a prompt that counted for some key point.
fn counted(findings: &[Finding], prompt: u8) -> Vec<Range<usize>> {
    let highlights = findings.iter().flat_map(|finding| &finding.highlights);
    highlights.filter(|(of, _)| *of == prompt).flat_map(|(_, ranges)| ranges.iter().cloned()).collect()
}
