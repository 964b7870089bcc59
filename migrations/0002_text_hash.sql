-- The hash of a question's file alone. A question counts as updated when its text changes, not when the code that
-- renders it or a list beside it does. Empty until the next sync writes the question.
alter table questions add column text_hash text not null default '';
