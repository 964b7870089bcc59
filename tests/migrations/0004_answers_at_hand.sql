insert into review_log (id, person, question, at_s, day, kind, grade, interval_days, answer_ms, client_id, undoes)
values (6, 1, 1, 1795435200, 20780, 'grade', 3, 5, 12000, 'e', null);
