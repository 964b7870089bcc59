//! What a question's events add up to: the card. The log is the truth, a card only what follows from it.

use super::day::StudyDay;
use super::leech;
use super::schedule::{self, Grade, Memory, Scheduled, Settings};
use crate::ids::EventId;

/// One thing that happened to a card.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: EventId,
    /// Seconds since 1970, UTC.
    pub at_s: i64,
    /// The study day that it counted for.
    pub day: StudyDay,
    pub change: Change,
}

/// What an event changes. Intervals are days, as the person was told them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    Graded {
        grade: Grade,
        interval: u32,
    },
    /// Takes an earlier event back.
    Undone {
        event: EventId,
    },
    Suspended,
    Resumed,
    /// Out of the session until the next day.
    Buried,
    /// "I know this": as good as recalled after a long time.
    Known {
        interval: u32,
    },
    /// Missed in a mock interview: to be practised soon, whatever the schedule said.
    Missed {
        interval: u32,
    },
}

/// Where a person stands with a question.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Card {
    pub memory: Memory,
    /// Known once there is a memory.
    pub due: Option<StudyDay>,
    /// Grades that were not taken back.
    pub grades: u32,
    /// How often a question that was learnt before was not recalled; once a day at most.
    pub lapses: u32,
    pub suspended: bool,
    /// Out of the session before this day.
    pub buried_until: Option<StudyDay>,
}

impl Card {
    #[must_use]
    pub fn is_leech(&self) -> bool {
        leech::is_leech(self.lapses)
    }

    /// Whether a session of this day asks the question again.
    #[must_use]
    pub fn is_due(&self, today: StudyDay) -> bool {
        !self.suspended
            && self.due.is_some_and(|due| due <= today)
            && self.buried_until.is_none_or(|until| until <= today)
    }
}

/// The card that events in the order of their moments lead to.
#[must_use]
pub fn fold(events: &[Event], settings: &Settings) -> Card {
    steps(events, settings).last().map_or_else(Card::default, |(_, card)| card)
}

/// Every event that was not taken back, in the order of their moments, with the card right after it.
pub fn steps<'e>(events: &'e [Event], settings: &'e Settings) -> impl Iterator<Item = (&'e Event, Card)> {
    let undone: Vec<EventId> = events
        .iter()
        .filter_map(|event| match event.change {
            Change::Undone { event } => Some(event),
            _ => None,
        })
        .collect();
    let counting = events.iter().filter(move |event| !undone.contains(&event.id));
    counting.scan(Card::default(), |card, event| {
        apply(card, event, settings);
        Some((event, *card))
    })
}

fn apply(card: &mut Card, event: &Event, settings: &Settings) {
    let day = event.day;
    match event.change {
        Change::Graded { grade, interval } => {
            let earlier = matches!(card.memory, Memory::Reviewed(last) if last.last_day < day);
            card.lapses += u32::from(earlier && !grade.is_pass());
            card.grades += 1;
            card.buried_until = None;
            remember(card, schedule::grade(card.memory, grade, day, settings), interval);
        }
        Change::Known { interval } => remember(card, schedule::know(card.memory, day, settings), interval),
        Change::Missed { interval } => {
            if let Memory::New = card.memory {
                remember(card, schedule::grade(card.memory, Grade::Again, day, settings), interval);
            }
            let soon = day.plus(interval);
            card.due = Some(card.due.map_or(soon, |due| due.min(soon)));
        }
        Change::Suspended => card.suspended = true,
        Change::Resumed => card.suspended = false,
        Change::Buried => card.buried_until = Some(day.plus(1)),
        Change::Undone { .. } => {}
    }
}

/// The memory follows from the settings of today, the day from what the person was told.
fn remember(card: &mut Card, scheduled: Scheduled, told: u32) {
    card.memory = Memory::Reviewed(scheduled.memory);
    card.due = Some(scheduled.memory.last_day.plus(told));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings::new(&[], schedule::DEFAULT_RETENTION, schedule::DEFAULT_MAXIMUM_INTERVAL).unwrap()
    }

    fn event(id: i64, day: i32, change: Change) -> Event {
        Event { id: EventId(id), at_s: i64::from(day) * 86_400 + id, day: StudyDay(day), change }
    }

    fn graded(grade: Grade) -> Change {
        Change::Graded { grade, interval: 3 }
    }

    #[test]
    fn an_undone_grade_leaves_the_card_as_it_was() {
        let first = event(1, 10, graded(Grade::Good));
        let before = fold(std::slice::from_ref(&first), &settings());
        let events =
            [first, event(2, 13, graded(Grade::Again)), event(3, 13, Change::Undone { event: EventId(2) })];
        assert_eq!(fold(&events, &settings()), before);
        assert_eq!(before.due, Some(StudyDay(13)));
    }

    #[test]
    fn a_lapse_counts_once_a_day_and_only_after_a_question_was_learnt() {
        let events = [
            event(1, 10, graded(Grade::Again)),
            event(2, 10, graded(Grade::Again)),
            event(3, 12, graded(Grade::Again)),
            event(4, 12, graded(Grade::Again)),
            event(5, 14, graded(Grade::Hard)),
        ];
        let card = fold(&events, &settings());
        assert_eq!((card.lapses, card.grades), (1, 5));
    }

    #[test]
    fn a_suspended_or_buried_question_is_not_asked() {
        let learnt = event(1, 10, graded(Grade::Good));
        let buried = [learnt.clone(), event(2, 13, Change::Buried)];
        assert!(!fold(&buried, &settings()).is_due(StudyDay(13)));
        assert!(fold(&buried, &settings()).is_due(StudyDay(14)));
        let suspended = [learnt.clone(), event(2, 13, Change::Suspended)];
        assert!(!fold(&suspended, &settings()).is_due(StudyDay(99)));
        let resumed = [learnt, event(2, 13, Change::Suspended), event(3, 14, Change::Resumed)];
        assert!(fold(&resumed, &settings()).is_due(StudyDay(14)));
    }

    #[test]
    fn a_question_that_is_known_stays_away_for_weeks_and_one_missed_in_a_mock_comes_tomorrow() {
        let known = schedule::know(Memory::New, StudyDay(10), &settings());
        assert!(known.memory.stability > schedule::KNOWN_ABOVE);
        let events = [event(1, 10, Change::Known { interval: known.interval })];
        let card = fold(&events, &settings());
        assert_eq!(card.due, Some(StudyDay(10).plus(known.interval)));
        let missed = [events[0].clone(), event(2, 12, Change::Missed { interval: 1 })];
        let after = fold(&missed, &settings());
        assert_eq!(after.due, Some(StudyDay(13)));
        assert_eq!(after.memory, card.memory, "a mock is no review of what is remembered");
        assert_eq!(fold(&missed[1..], &settings()).due, Some(StudyDay(13)));
    }
}
