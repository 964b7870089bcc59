//! Making an interview: choosing the topics, the seed and the paper.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use super::{Bank, Created, NewInterview, NotCreated, What, settle};
use crate::content::Mode;
use crate::ids::{BlueprintId, InterviewId, PersonId, QuestionNumber, TopicId};
use crate::interview::paper::{Candidate, Choice, Seed, Wish};
use crate::interview::session::{Pace, State, Terms};
use crate::interview::store::{self, Interview, NewRow};
use crate::practice::day::StudyDay;
use crate::practice::history::Card;
use crate::practice::readiness::{self, readiness};
use crate::practice::{self, ClientId, Learner, schedule};
use crate::questions::Catalogue;

/// What somebody puts together themselves is called.
pub const OWN_MIX: &str = "Own mix";

/// The weakest topics that a paper of them has at least, if the bank has so many.
const WEAKEST: usize = 3;

/// What is agreed on before the paper is drawn.
struct Agreed<'a> {
    preset: Option<&'a BlueprintId>,
    title: &'a str,
    mode: Mode,
    pace: Pace,
    wish: Wish,
}

/// Makes an interview, ready to begin. A person has at most one that is not finished; one that was never begun makes
/// way for another.
///
/// # Errors
///
/// When another is not finished, the bank has nothing of the kind, or the database cannot be written.
pub async fn create(
    db: &mut SqliteConnection,
    bank: Bank<'_>,
    person: PersonId,
    new: &NewInterview,
    now_ms: u64,
) -> Result<Created, NotCreated> {
    let mut agreed = agree(new);
    agreed.wish.check()?;
    settle(&mut *db, bank, person, now_ms).await?;
    if let Some(unfinished) = store::unfinished(&mut *db, person, now_ms).await? {
        if is_same(&unfinished, &agreed, new.seed) {
            return Ok(Created::Unfinished(unfinished.id));
        }
        make_way(&mut *db, person, &unfinished).await?;
    }
    let practised = Practised::load(&mut *db, person, now_ms).await?;
    if let What::Preset(blueprint) = &new.what
        && blueprint.weakest
    {
        agreed.wish.topics = practised.weakest_topics(bank.catalogue, usize::from(blueprint.questions));
    }
    let choice = Choice::new(candidates(bank.catalogue), &agreed.wish);
    if choice.is_empty() {
        return Err(NotCreated::NoQuestions);
    }
    let seed = match new.seed {
        Some(seed) => seed,
        None => choice.fresh_seed(&store::asked_lately(&mut *db, person).await?, Seed::random()),
    };
    let paper = choice.draw(seed);
    let questions = paper.rounds.iter().map(|asked| asked.question).collect();
    let drawn =
        Drawn { terms: paper.terms(agreed.mode, agreed.pace), questions, asked_for: paper.asked_for, seed };
    insert(db, person, &agreed, drawn, &practised, now_ms).await
}

/// Makes an interview with the same paper as an earlier one.
///
/// # Errors
///
/// As [`create`]; and when the earlier one is not there.
pub async fn redo(
    db: &mut SqliteConnection,
    bank: Bank<'_>,
    person: PersonId,
    id: InterviewId,
    now_ms: u64,
) -> Result<Created, NotCreated> {
    settle(&mut *db, bank, person, now_ms).await?;
    let earlier = store::find(&mut *db, person, id, now_ms).await?.ok_or(NotCreated::NotFound)?;
    let agreed = Agreed {
        preset: earlier.preset.as_ref(),
        title: &earlier.title,
        mode: earlier.mode(),
        pace: earlier.pace,
        wish: earlier.wish.clone(),
    };
    if let Some(unfinished) = store::unfinished(&mut *db, person, now_ms).await? {
        if is_same(&unfinished, &agreed, Some(earlier.seed)) && questions(&unfinished) == questions(&earlier)
        {
            return Ok(Created::Unfinished(unfinished.id));
        }
        make_way(&mut *db, person, &unfinished).await?;
    }
    let practised = Practised::load(&mut *db, person, now_ms).await?;
    let drawn = Drawn {
        terms: earlier.sitting.terms().clone(),
        questions: questions(&earlier),
        asked_for: earlier.asked_for,
        seed: earlier.seed,
    };
    insert(db, person, &agreed, drawn, &practised, now_ms).await
}

/// Whoever has not begun may choose something else; nothing is lost.
async fn make_way(
    db: &mut SqliteConnection,
    person: PersonId,
    unfinished: &Interview,
) -> Result<(), NotCreated> {
    if unfinished.state() != State::Ready {
        return Err(NotCreated::Unfinished(unfinished.id));
    }
    store::delete(db, person, unfinished.id).await?;
    Ok(())
}

fn questions(interview: &Interview) -> Vec<QuestionNumber> {
    interview.rounds.iter().map(|round| round.question).collect()
}

fn agree(new: &NewInterview) -> Agreed<'_> {
    match &new.what {
        What::Preset(blueprint) => Agreed {
            preset: Some(&blueprint.id),
            title: &blueprint.title,
            mode: new.mode.unwrap_or(blueprint.mode),
            pace: new.pace,
            wish: Wish::from(blueprint),
        },
        What::OwnMix(wish) => Agreed {
            preset: None,
            title: OWN_MIX,
            mode: new.mode.unwrap_or(Mode::Exam),
            pace: new.pace,
            wish: wish.clone(),
        },
    }
}

/// Whether an interview is what is asked for again. A preset decides its own wish, and without a seed any will do.
fn is_same(unfinished: &Interview, agreed: &Agreed<'_>, seed: Option<Seed>) -> bool {
    unfinished.preset.as_ref() == agreed.preset
        && (agreed.preset.is_some() || unfinished.wish == agreed.wish)
        && unfinished.mode() == agreed.mode
        && unfinished.pace == agreed.pace
        && seed.is_none_or(|seed| seed == unfinished.seed)
}

/// A paper with its times.
struct Drawn {
    terms: Terms,
    questions: Vec<QuestionNumber>,
    asked_for: u16,
    seed: Seed,
}

async fn insert(
    db: &mut SqliteConnection,
    person: PersonId,
    agreed: &Agreed<'_>,
    drawn: Drawn,
    practised: &Practised,
    now_ms: u64,
) -> Result<Created, NotCreated> {
    let wish = serde_json::to_string(&agreed.wish).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let uid = ClientId::random();
    let rounds = drawn.questions.iter().zip(&drawn.terms.budgets_ms);
    let row = NewRow {
        uid: uid.as_str(),
        preset: agreed.preset,
        title: agreed.title,
        mode: agreed.mode,
        seed: drawn.seed.get(),
        pace: agreed.pace,
        wish: &wish,
        limit_ms: drawn.terms.limit_ms,
        probe_ms: drawn.terms.probe_ms,
        asked_for: drawn.asked_for,
        created_ms: now_ms,
        ended: None,
        rounds: rounds
            .map(|(&question, &budget_ms)| (question, budget_ms, practised.recall(question)))
            .collect(),
    };
    Ok(Created::New(store::insert(db, person, &row).await?))
}

fn candidates(catalogue: &Catalogue) -> impl Iterator<Item = Candidate<'_>> {
    catalogue.numbered().map(|(number, listed)| Candidate {
        number,
        id: &listed.id,
        topic: &listed.topic,
        level: listed.level,
        kind: listed.kind,
        minutes: listed.minutes,
    })
}

/// What practice knows of a person.
struct Practised {
    learner: Learner,
    cards: BTreeMap<QuestionNumber, Card>,
    today: StudyDay,
}

impl Practised {
    async fn load(db: &mut SqliteConnection, person: PersonId, now_ms: u64) -> sqlx::Result<Self> {
        let learner = Learner::load(&mut *db, person).await?;
        let cards = practice::store::cards(db, person).await?;
        let today = learner.today(super::practising::moment(now_ms));
        Ok(Self { learner, cards, today })
    }

    /// Predicted for today, 0 to 1; none for a question that was never practised.
    fn recall(&self, question: QuestionNumber) -> Option<f64> {
        let memory = self.cards.get(&question)?.memory;
        schedule::retrievability(memory, self.today, &self.learner.settings).map(f64::from)
    }

    /// The topics that the person remembers least, as many as it takes for so many questions. What was never practised
    /// counts as not remembered.
    fn weakest_topics(&self, catalogue: &Catalogue, wanted: usize) -> Vec<TopicId> {
        let memory = |number| self.cards.get(&number).map(|card| card.memory).unwrap_or_default();
        let asked: Vec<readiness::Asked<'_>> = catalogue
            .numbered()
            .map(|(number, listed)| readiness::Asked {
                question: number.0,
                topic: &listed.topic,
                memory: memory(number),
            })
            .collect();
        let ready = readiness(&asked, self.today, self.today, &self.learner.settings);
        let (mut topics, mut questions) = (Vec::new(), 0);
        for topic in ready.topics {
            if topics.len() >= WEAKEST && questions >= wanted {
                break;
            }
            questions += usize::try_from(topic.questions).unwrap_or(usize::MAX);
            topics.push(topic.topic.clone());
        }
        topics
    }
}
