-- Timed mock interviews: what was agreed on, what was done, said and graded. Every row goes with its person.
-- Moments by which the clock of an interview goes are UTC milliseconds (…_ms), as are durations; others are seconds (…_at_s).

create table interviews (
    id integer primary key autoincrement,
    person integer not null references people (id) on delete cascade,
    -- names it in exports and in the review log, on whatever site it is
    uid text not null,
    -- the blueprint; null for an own mix
    preset text,
    title text not null,
    mode text not null check (mode in ('exam', 'practice')),
    seed integer not null check (seed between 0 and 9007199254740991),
    pace text not null check (pace in ('1', '1.25', '1.5', '2', 'untimed')),
    -- JSON: topics, levels, kinds, questions, minutes, seconds_per_question
    wish text not null,
    -- for the whole, with the pace applied; null without a limit
    limit_ms integer check (limit_ms > 0),
    probe_ms integer not null check (probe_ms > 0),
    -- questions that were wanted; more than there are rounds when the bank had too few
    asked_for integer not null check (asked_for > 0),
    created_ms integer not null,
    -- follows from the events and the clock; written with what is written first after the end
    ended_ms integer,
    ended_by text check (ended_by in ('person', 'time', 'nobody')),
    graded_at_s integer,
    closed_at_s integer,
    unique (person, uid),
    check ((pace = 'untimed') = (limit_ms is null)),
    check ((ended_ms is null) = (ended_by is null)),
    check (ended_ms is not null or (graded_at_s is null and closed_at_s is null))
) strict;
-- nobody sits two at once
create unique index interviews_unfinished on interviews (person) where ended_ms is null;
create index interviews_by_age on interviews (person, created_ms);

-- The paper.
create table interview_rounds (
    interview integer not null references interviews (id) on delete cascade,
    -- from 1
    round integer not null check (round > 0),
    question integer not null references questions (number),
    -- without its probes, with the pace applied
    budget_ms integer not null check (budget_ms > 0),
    -- predicted when the interview was made; null for a question that was never practised
    recall real check (recall between 0 and 1),
    -- what practice was told last, and how often it was told something else
    outcome text check (outcome in ('missed', 'hard', 'good', 'easy')),
    told integer not null default 0,
    primary key (interview, round),
    check ((outcome is null) = (told = 0))
) strict, without rowid;

-- What people did, never what time did: that follows. Nothing in it is changed or taken out.
create table interview_events (
    interview integer not null references interviews (id) on delete cascade,
    -- from 1
    seq integer not null check (seq > 0),
    at_ms integer not null,
    kind text not null check (kind in ('started', 'opened', 'answered', 'probe-answered', 'probe-skipped', 'flagged',
        'paused', 'resumed', 'finished', 'abandoned', 'graded', 'closed')),
    round integer,
    -- of an answer: probes that follow
    probes integer check (probes between 0 and 2),
    primary key (interview, seq),
    check ((kind in ('opened', 'answered', 'probe-answered', 'probe-skipped', 'flagged')) = (round is not null)),
    check ((kind = 'answered') = (probes is not null))
) strict, without rowid;

-- With a rowid, as long texts want it.
create table interview_answers (
    interview integer not null,
    round integer not null,
    -- 0 the question, 1 and 2 its probes
    prompt integer not null check (prompt between 0 and 2),
    -- what a probe is about
    key_point text,
    -- the prompt's words
    asked text not null,
    text text not null,
    saved_ms integer not null,
    -- null while it is only saved
    handed_in_ms integer,
    -- given by whoever hands it in, so that it counts once however often it is sent
    client_id text,
    primary key (interview, round, prompt),
    unique (interview, client_id),
    foreign key (interview, round) references interview_rounds (interview, round) on delete cascade,
    check ((prompt = 0) = (key_point is null))
) strict;

create table interview_grades (
    interview integer not null,
    round integer not null,
    -- JSON: key points with made, probed or missed, as the person corrected them
    points text not null,
    evidence text not null,
    correctness integer not null check (correctness between 1 and 4),
    depth integer not null check (depth between 1 and 4),
    operations integer not null check (operations between 1 and 4),
    communication integer not null check (communication between 1 and 4),
    graded_at_s integer not null,
    primary key (interview, round),
    foreign key (interview, round) references interview_rounds (interview, round) on delete cascade
) strict;
