//! `/interviews/{id}/report`: what the interview showed, on a page, on paper and as Markdown.

use askama::Template;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::clock::{clock, spoken};
use super::{find, room};
use crate::ids::{InterviewId, TopicId};
use crate::interview::grading::{MAPPING, MAPPING_NOTE, Outcome};
use crate::interview::report::{self, Report, RoundResult, to_markdown};
use crate::interview::session::{Colour, End, RoundNumber};
use crate::interview::sit;
use crate::practice::Learner;
use crate::web::Site;
use crate::web::charts::{BarChart, Spent, percent, time_spent_chart};
use crate::web::error::Error;
use crate::web::forms;
use crate::web::moments::Moment;
use crate::web::shell::{Nav, Shell};
use crate::web::viewer::Viewer;

#[derive(Template)]
#[template(path = "interviews/report.html")]
struct ReportPage {
    shell: Shell,
    id: InterviewId,
    report: Report,
    when: Moment,
    how_it_ended: &'static str,
    overall: Option<String>,
    time: String,
    limit: Option<String>,
    pauses: Vec<String>,
    axes: Vec<(&'static str, Option<String>)>,
    topics: Vec<TopicRow>,
    rounds: Vec<RoundRow>,
    best: Option<Named>,
    redo: Option<Named>,
    earlier: Vec<Earlier>,
    change: Option<String>,
    time_chart: BarChart,
    mapping: &'static [(Outcome, &'static str)],
    closed: bool,
}

struct TopicRow {
    id: TopicId,
    title: String,
    asked: usize,
    share: String,
    rating: Option<String>,
    recall: String,
}

struct RoundRow {
    number: RoundNumber,
    title: String,
    url: Option<String>,
    share: Option<String>,
    time: String,
    budget: String,
    colour: &'static str,
    probes: usize,
    outcome: &'static str,
    answers: Vec<AnswerRow>,
}

struct AnswerRow {
    prompt: u8,
    asked: String,
    text: String,
    handed_in: bool,
}

struct Named {
    title: String,
    url: Option<String>,
}

struct Earlier {
    id: InterviewId,
    when: Moment,
    share: String,
    time: String,
    pace: &'static str,
}

/// `GET /interviews/{id}/report`; before the end it leads to the interview.
pub async fn show(
    State(site): State<Site>,
    viewer: Viewer,
    OriginalUri(uri): OriginalUri,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let Some((id, report, closed)) = load(&site, &viewer, &id).await? else {
        return Ok(Redirect::to(&room(InterviewId(id.parse().map_err(|_| Error::NotFound)?))).into_response());
    };
    let mut shell =
        Shell::unlisted(&site, &viewer, Nav::Interviews, format!("Report · {}", report.record.title), &uri);
    shell.back = format!("{}/report", room(id));
    Ok(forms::private(ReportPage::new(shell, id, report, (closed, site.clock().seconds()))))
}

/// `GET /interviews/{id}/report.md`
pub async fn markdown(
    State(site): State<Site>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let Some((InterviewId(number), report, _)) = load(&site, &viewer, &id).await? else {
        return Err(Error::NotFound);
    };
    let person = viewer.person().ok_or(Error::NotFound)?.id;
    let zone = Learner::load(&mut *site.reader().await?, person).await?.calendar.zone().clone();
    let text = to_markdown(&report, site.absolute("").trim_end_matches('/'), &zone);
    let name = format!("attachment; filename=\"dryrun-interview-{number}.md\"");
    let disposition = HeaderValue::from_str(&name).map_err(Error::unexpected)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/markdown; charset=utf-8")),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, text).into_response())
}

/// `None` before the end.
async fn load(site: &Site, viewer: &Viewer, id: &str) -> Result<Option<(InterviewId, Report, bool)>, Error> {
    use crate::interview::session::State as Stands;
    let (person, interview) = find(site, viewer, id).await?;
    let closed = matches!(interview.state(), Stands::Closed(_));
    let record = sit::record(&mut *site.reader().await?, site.bank(), person, &interview).await?;
    Ok(record.map(|record| (interview.id, report::report(record), closed)))
}

fn seconds(ms: u64) -> i64 {
    i64::try_from(ms / 1000).unwrap_or(i64::MAX)
}

impl ReportPage {
    fn new(shell: Shell, id: InterviewId, report: Report, (closed, now_s): (bool, i64)) -> Self {
        let record = &report.record;
        let named = |number: RoundNumber| {
            let round = record.rounds.iter().find(|round| round.number == number)?;
            let url = (!round.archived).then(|| format!("/questions/{}", round.question));
            Some(Named { title: round.title.clone(), url })
        };
        let earlier = |attempt: &report::Attempt| Earlier {
            id: attempt.id,
            when: Moment { at_s: seconds(attempt.ended_ms), now_s },
            share: percent(attempt.share),
            time: spoken(attempt.used_ms),
            pace: attempt.pace.label(),
        };
        let pause = |(start, end): &(u64, u64)| spoken(end.saturating_sub(*start));
        let rating = |mean: f64| format!("{mean:.1} of 4");
        Self {
            shell,
            id,
            when: Moment { at_s: seconds(record.ended_ms), now_s },
            how_it_ended: match record.end {
                End::ByPerson => "finished by you",
                End::ByTime => "ended by time",
                End::Abandoned => "abandoned",
            },
            overall: report.share.map(percent),
            time: spoken(record.used_ms),
            limit: record.limit_ms.map(spoken),
            pauses: record.pauses_ms.iter().map(pause).collect(),
            axes: report.axis_means().map(|(axis, mean)| (axis.label(), mean.map(rating))).collect(),
            topics: report
                .topics
                .iter()
                .map(|topic| TopicRow {
                    id: topic.topic.clone(),
                    title: topic.title.clone(),
                    asked: topic.asked,
                    share: percent(topic.share),
                    rating: topic.rating.map(rating),
                    recall: percent(topic.recall),
                })
                .collect(),
            rounds: record.rounds.iter().zip(&report.rounds).map(RoundRow::new).collect(),
            best: report.best.and_then(named),
            redo: report.redo.and_then(named),
            earlier: record.earlier.iter().rev().map(earlier).collect(),
            change: report.change.map(|change| format!("{:+.0} points", change * 100.0)),
            time_chart: time_chart(record),
            mapping: &MAPPING,
            closed,
            report,
        }
    }
}

fn time_chart(record: &report::Record) -> BarChart {
    let spent = record.rounds.iter().filter(|round| round.was_asked()).map(|round| Spent {
        number: round.number.0,
        title: round.title.clone(),
        used_ms: round.main_ms,
        budget_ms: round.budget_ms,
        probes_ms: round.probes_ms.iter().sum(),
    });
    time_spent_chart(&spent.collect::<Vec<_>>())
}

impl RoundRow {
    fn new((round, result): (&report::RoundRecord, &RoundResult)) -> Self {
        Self {
            number: round.number,
            title: round.title.clone(),
            url: (!round.archived).then(|| format!("/questions/{}", round.question)),
            share: result.share.map(percent),
            time: clock(round.main_ms),
            budget: clock(round.budget_ms),
            colour: match result.colour {
                Colour::Normal => "within its time",
                Colour::Amber => "over its time",
                Colour::Red => "far over its time",
            },
            probes: round.probes_ms.len(),
            outcome: match result.outcome {
                None => "not asked",
                Some(Outcome::Missed) => "due tomorrow",
                Some(Outcome::Hard) => "a review: Hard",
                Some(Outcome::Good) => "a review: Good",
                Some(Outcome::Easy) => "a review: Easy",
            },
            answers: round
                .answers
                .iter()
                .map(|answer| AnswerRow {
                    prompt: answer.prompt,
                    asked: answer.asked.clone(),
                    text: answer.text.clone(),
                    handed_in: answer.handed_in,
                })
                .collect(),
        }
    }
}
