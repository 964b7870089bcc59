-- Filters of the list of questions that a person named, to practise what they find.
create table saved_searches (
    id integer primary key autoincrement,
    person integer not null references people (id) on delete cascade,
    name text not null,
    -- the list's query as it stands in the URL
    query text not null,
    unique (person, name)
) strict;
