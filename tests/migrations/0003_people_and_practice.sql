-- A member who administrates and a guest, with something in every table.
insert into people (id, name, name_key, password_hash, is_admin, created_at_s, seen_at_s, time_zone, parameters, interview_on, interview_topics)
values (1, 'Ada', 'ada', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA', 1, 1795348800, 1795348800, 'Europe/Berlin', null, '2026-12-24', '["storage"]'),
       (2, null, null, null, 0, 1795348800, 1795348800, 'UTC', null, null, null);
insert into sign_ins (person, token_hash, created_at_s, used_at_s, expires_at_s, agent)
values (1, x'01', 1795348800, 1795348800, 1797940800, 'Firefox on Linux');
insert into api_tokens (person, label, token_hash, created_at_s, used_at_s) values (1, 'laptop', x'02', 1795348800, null);
insert into invitations (code_hash, created_by, created_at_s, expires_at_s, uses_left) values (x'03', 1, 1795348800, 1795953600, 5);
insert into site_settings (only_row, sign_up, guests) values (1, 'invitation', 1);
insert into cards (person, question, stability, difficulty, last_day, due_day, grades, lapses)
values (1, 1, 2.3065, 2.1181, 20779, 20781, 1, 0), (2, 1, null, null, null, null, 0, 0);
insert into review_log (id, person, question, at_s, day, kind, grade, interval_days, answer_ms, client_id, undoes)
values (1, 1, 1, 1795348800, 20779, 'grade', 3, 2, 40000, 'a', null),
       (2, 1, 1, 1795348900, 20779, 'grade', 1, 1, null, 'b', null),
       (3, 1, 1, 1795348950, 20779, 'undo', null, null, null, 'c', 2),
       (4, 2, 1, 1795348800, 20779, 'suspend', null, null, null, 'a', null),
       (5, 2, 1, 1795348801, 20779, 'resume', null, null, null, 'd', null);
insert into bookmarks (person, question, at_s) values (1, 1, 1795348800);
insert into notes (person, question, markdown, updated_at_s) values (1, 1, 'Ask about **MFA delete**.', 1795348800);
insert into ticked_steps (person, question, step, at_s) values (1, 1, 'create', 1795348800);
insert into problem_reports (person, question, text, at_s) values (2, 1, 'The second step fails.', 1795348800);
