-- A closed exam of a member, and a guest's own mix that runs.
insert into interviews (id, person, uid, preset, title, mode, seed, pace, wish, limit_ms, probe_ms, asked_for, created_ms, ended_ms, ended_by, graded_at_s, closed_at_s)
values (1, 1, '0123456789abcdef0123456789abcdef', 'warm-up', 'Warm-up', 'exam', 42, '1', '{"topics":["storage"],"questions":1,"minutes":10}',
        600000, 45000, 3, 1795348800000, 1795349100000, 'person', 1795349200, 1795349300),
       (2, 2, 'fedcba9876543210fedcba9876543210', null, 'Own mix', 'practice', 9007199254740991, 'untimed', '{}',
        null, 45000, 5, 1795348800000, null, null, null, null);
insert into interview_rounds (interview, round, question, budget_ms, recall, outcome, told)
values (1, 1, 1, 510000, 0.87, 'hard', 2), (2, 1, 1, 120000, null, null, 0);
insert into interview_events (interview, seq, at_ms, kind, round, probes)
values (1, 1, 1795348810000, 'started', null, null),
       (1, 2, 1795348900000, 'answered', 1, 1),
       (1, 3, 1795349000000, 'probe-answered', 1, null),
       (1, 4, 1795349100000, 'finished', null, null),
       (1, 5, 1795349200000, 'graded', null, null),
       (1, 6, 1795349300000, 'closed', null, null),
       (2, 1, 1795348801000, 'started', null, null);
insert into interview_answers (interview, round, prompt, key_point, asked, text, saved_ms, handed_in_ms, client_id)
values (1, 1, 0, null, 'What does S3 versioning protect you from?', 'It keeps every version.', 1795348900000, 1795348900000, 'a'),
       (1, 1, 1, 'keeps-versions', 'What happens to the old bytes?', 'They stay.', 1795349000000, 1795349000000, null),
       (2, 1, 0, null, 'What does S3 versioning protect you from?', 'It', 1795348805000, null, null);
insert into interview_grades (interview, round, points, evidence, correctness, depth, operations, communication, graded_at_s)
values (1, 1, '{"keeps-versions":"made"}', 'It keeps every version.', 3, 2, 2, 4, 1795349200);
