-- All that a card and a person's answers follow from, in the index itself: the rows of a person are spread over the
-- whole log, so that each of them would be read with a page of its own.
drop index review_log_by_card;
create index review_log_by_card
    on review_log (person, question, at_s, id, day, kind, grade, interval_days, undoes, answer_ms);
