-- People, how they sign in, and what they practised. Every private row carries its person and goes with them.
-- `autoincrement`: an id that was somebody's is nobody else's later, whatever an old page or link still says.
-- Moments are UTC seconds (…_at_s); days are study days, counted from 1970-01-01 in the person's own calendar.

create table people (
    id integer primary key autoincrement,
    -- null for a guest, who has progress but no account
    name text,
    -- the name folded for comparison: nobody is called like another but for case
    name_key text unique,
    password_hash text,
    is_admin integer not null default 0 check (is_admin in (0, 1)),
    created_at_s integer not null,
    -- moved at most once an hour; unused guests expire by it
    seen_at_s integer not null,

    time_zone text not null default 'UTC',
    day_start_hour integer not null default 4 check (day_start_hour between 0 and 23),
    desired_retention real not null default 0.9 check (desired_retention between 0.7 and 0.99),
    new_per_day integer not null default 10 check (new_per_day between 0 and 9999),
    maximum_interval integer not null default 36500 check (maximum_interval between 1 and 36500),
    -- 0 is Monday; null for nobody who rests
    rest_day integer check (rest_day between 0 and 6),
    -- JSON array of FSRS-6's 21 numbers; null for the defaults
    parameters text,
    -- ISO date of the interview
    interview_on text,
    -- JSON array of topics that it is about; null for all
    interview_topics text,

    check ((name is null) = (password_hash is null) and (name is null) = (name_key is null)),
    check (is_admin = 0 or name is not null)
) strict;
create index people_guests on people (seen_at_s) where name is null;

create table sign_ins (
    id integer primary key autoincrement,
    person integer not null references people (id) on delete cascade,
    -- SHA-256 of the cookie's token: the database alone signs nobody in
    token_hash blob not null unique,
    created_at_s integer not null,
    -- moved at most once an hour
    used_at_s integer not null,
    expires_at_s integer not null,
    -- what the browser said it is, for the list in the account page
    agent text not null
) strict;
create index sign_ins_by_person on sign_ins (person);
create index sign_ins_by_end on sign_ins (expires_at_s);

create table api_tokens (
    id integer primary key autoincrement,
    person integer not null references people (id) on delete cascade,
    label text not null,
    -- SHA-256 of the token
    token_hash blob not null unique,
    created_at_s integer not null,
    used_at_s integer
) strict;
create index api_tokens_by_person on api_tokens (person);

create table invitations (
    id integer primary key autoincrement,
    -- SHA-256 of the code in the link
    code_hash blob not null unique,
    created_by integer references people (id) on delete set null,
    created_at_s integer not null,
    expires_at_s integer not null,
    uses_left integer not null check (uses_left >= 0),
    revoked_at_s integer
) strict;

-- What an administrator decided for the whole site; without a row nobody decided anything.
create table site_settings (
    only_row integer primary key check (only_row = 1),
    sign_up text not null check (sign_up in ('open', 'invitation', 'closed')),
    guests integer not null check (guests in (0, 1))
) strict;

-- What a person remembers of a question, and when it is due. review_log rebuilds it at any time.
create table cards (
    person integer not null references people (id) on delete cascade,
    question integer not null references questions (number),
    -- FSRS's memory state; null until the first grade
    stability real,
    difficulty real,
    last_day integer,
    due_day integer,
    grades integer not null default 0,
    lapses integer not null default 0,
    suspended integer not null default 0 check (suspended in (0, 1)),
    -- out of the session before this day
    buried_until integer,
    primary key (person, question),
    check ((stability is null) = (difficulty is null) and (stability is null) = (last_day is null)
        and (stability is null) = (due_day is null))
) strict, without rowid;
create index cards_due on cards (person, due_day, question) where suspended = 0 and due_day is not null;

-- Every event that changes a schedule. Nothing in it is changed or taken out: an undo is an event of its own.
create table review_log (
    id integer primary key autoincrement,
    person integer not null references people (id) on delete cascade,
    question integer not null references questions (number),
    at_s integer not null,
    -- the study day that it counted for, by the calendar that the person had then
    day integer not null,
    kind text not null check (kind in ('grade', 'undo', 'suspend', 'resume', 'bury', 'know', 'missed')),
    -- of a grade: 1 Again, 2 Hard, 3 Good, 4 Easy
    grade integer check (grade between 1 and 4),
    -- of what was graded, known or missed: the days until it was due again, as the person was told
    interval_days integer check (interval_days >= 0),
    -- how long the answer took
    answer_ms integer check (answer_ms >= 0),
    -- given by whoever sends the event, so that it counts once however often it is sent
    client_id text not null,
    -- the event that this one undoes
    undoes integer references review_log (id),
    unique (person, client_id),
    check ((kind = 'grade') = (grade is not null)),
    check ((kind in ('grade', 'know', 'missed')) = (interval_days is not null)),
    check ((kind = 'undo') = (undoes is not null))
) strict;
create index review_log_by_card on review_log (person, question, at_s);
create index review_log_by_day on review_log (person, day);
-- without it every event that goes with its person is searched for in the whole log
create index review_log_undone on review_log (undoes) where undoes is not null;

create table bookmarks (
    person integer not null references people (id) on delete cascade,
    question integer not null references questions (number),
    at_s integer not null,
    primary key (person, question)
) strict, without rowid;

create table notes (
    person integer not null references people (id) on delete cascade,
    question integer not null references questions (number),
    markdown text not null,
    updated_at_s integer not null,
    primary key (person, question)
) strict, without rowid;

create table ticked_steps (
    person integer not null references people (id) on delete cascade,
    question integer not null references questions (number),
    step text not null,
    at_s integer not null,
    primary key (person, question, step)
) strict, without rowid;

-- A person's word that something is wrong with a question; for administrators.
create table problem_reports (
    id integer primary key autoincrement,
    person integer references people (id) on delete set null,
    question integer not null references questions (number),
    text text not null,
    at_s integer not null,
    settled_at_s integer
) strict;
