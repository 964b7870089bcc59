-- The question bank: what content/ holds, parsed and rendered once when it is synced.
-- Dates that content gives are ISO texts (YYYY-MM-DD); moments are UTC seconds (…_at_s).

create table content_state (
    only_row integer primary key check (only_row = 1),
    -- over every content file and the code that renders them: equal means there is nothing to do
    fingerprint text not null,
    -- grows with every sync that changed something; caches and ETags go by it
    version integer not null,
    synced_at_s integer not null
) strict;

create table content_problems (
    position integer primary key,
    severity text not null check (severity in ('error', 'warning')),
    file text not null,
    line integer not null,
    column_number integer not null,
    message text not null,
    hint text
) strict;

create table topics (
    id text primary key,
    -- null once content no longer lists it; archived questions may still belong to it
    position integer,
    title text not null,
    summary text not null
) strict, without rowid;

-- The levels' names, as JSON and URLs write them.
create table level_names (
    level integer primary key,
    name text not null unique
) strict;
insert into level_names (level, name) values (1, 'beginner'), (2, 'intermediate'), (3, 'advanced');

create table questions (
    -- the row in question_search has the same number
    number integer primary key,
    id text not null unique,
    topic text not null references topics (id),
    title text not null,
    level integer not null references level_names (level),
    kind text not null check (kind in ('concept', 'comparison', 'scenario', 'troubleshooting', 'design')),
    minutes integer not null,
    -- the beginning of the answer, plain text, for lists
    excerpt text not null,
    -- the order of the whole bank: topics in their order, then the path, then level and title
    browse_order integer not null default 0,
    source_hash text not null,
    added_at_s integer not null,
    updated_at_s integer not null,
    -- set when the file is gone; the row stays while anybody's history points at it
    archived_at_s integer
) strict;

create index questions_by_browse_order on questions (browse_order) where archived_at_s is null;
create index questions_in_topic on questions (topic, browse_order, minutes) where archived_at_s is null;
create index questions_by_title on questions (title collate nocase) where archived_at_s is null;

-- Each topic's learning path: an order to study in. A question of it may come later.
create table path_places (
    topic text not null references topics (id) on delete cascade,
    question text not null,
    position integer not null,
    primary key (topic, question)
) strict, without rowid;

-- With a rowid, unlike the smaller parts: a table without one puts every text of a kilobyte on a page of its own.
create table sections (
    question integer not null references questions (number) on delete cascade,
    name text not null check (name in ('answer', 'explanation', 'hands-on', 'mistakes')),
    html text not null,
    -- [{"level", "id", "title"}] of the headings inside
    headings text not null,
    primary key (question, name)
) strict;

create table key_points (
    question integer not null references questions (number) on delete cascade,
    position integer not null,
    id text not null,
    say text not null,
    say_html text not null,
    -- JSON array of terms as they are written in the front matter
    terms text not null,
    probe text not null,
    primary key (question, position)
) strict, without rowid;

create table steps (
    question integer not null references questions (number) on delete cascade,
    position integer not null,
    id text not null,
    title_html text not null,
    title text not null,
    html text not null,
    primary key (question, position)
) strict, without rowid;

create table follow_ups (
    question integer not null references questions (number) on delete cascade,
    position integer not null,
    id text not null,
    ask text not null,
    ask_html text not null,
    answer_html text not null,
    primary key (question, position)
) strict, without rowid;

create table quiz_items (
    question integer not null references questions (number) on delete cascade,
    position integer not null,
    id text not null,
    ask_html text not null,
    -- [{"text_html", "right", "why_html"}]
    options text not null,
    primary key (question, position)
) strict, without rowid;

create table question_tags (
    question integer not null references questions (number) on delete cascade,
    tag text not null,
    primary key (tag, question)
) strict, without rowid;
create index question_tags_by_question on question_tags (question);

create table question_aliases (
    question integer not null references questions (number) on delete cascade,
    position integer not null,
    alias text not null,
    primary key (question, position)
) strict, without rowid;

-- As the front matter names them; the site shows both directions. The target may come later or be archived.
create table relations (
    question integer not null references questions (number) on delete cascade,
    position integer not null,
    related text not null,
    primary key (question, position)
) strict, without rowid;
create index relations_by_related on relations (related);

create table question_labs (
    question integer not null references questions (number) on delete cascade,
    position integer not null,
    lab text not null,
    primary key (question, position)
) strict, without rowid;

create table sources (
    question integer not null references questions (number) on delete cascade,
    position integer not null,
    title text not null,
    url text not null,
    checked text not null,
    primary key (question, position)
) strict, without rowid;

create table facts (
    question integer not null references questions (number) on delete cascade,
    position integer not null,
    claim_html text not null,
    source text,
    checked text not null,
    review_by text not null,
    primary key (question, position)
) strict, without rowid;

-- Groups of phrases that mean the same, for search and coverage; JSON array, canonical phrase first.
create table synonyms (
    position integer primary key,
    phrases text not null
) strict;

-- One row a question that is not archived. `aliases` ends with the words of the id, so that a half-remembered
-- address finds its question. `labels` holds what a search filters by, one token each (see content::words), so
-- that a filter is one more word to match: joining a common word's hundred thousand rows would take too long.
-- No `prefix` index: the porter stems it would hold are not what a person has typed so far; search_words is.
create virtual table question_search using fts5 (
    title, aliases, tags, answer, explanation, labels,
    tokenize = "porter unicode61 remove_diacritics 2"
);

-- What questions are called, once more and alone: a common word has ten times fewer places here, so the best of
-- its questions are found without a walk through all texts. It keeps no text of its own, which is why its rows
-- are deleted before those of question_search.
create virtual table question_titles using fts5 (
    title, aliases, tags, labels,
    content = 'question_search',
    tokenize = "porter unicode61 remove_diacritics 2"
);

-- Every word as it is written (the indexes above know only stems), in lower case, with the number of questions
-- that hold it: for spelling suggestions and for finishing a word that is being typed.
create table search_words (
    word text primary key,
    letters integer not null,
    questions integer not null
) strict, without rowid;
create index search_words_by_length on search_words (letters, questions desc);

-- The parts of one question in one piece, as its page and the API show them, so that a page costs one lookup.
-- Encoded (see content::document), because taking eighty kilobytes of HTML out of JSON takes longer than the rest.
create table question_documents (
    question integer primary key references questions (number) on delete cascade,
    document blob not null
) strict;
