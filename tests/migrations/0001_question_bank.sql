-- A bank of two questions, one of them archived, with something in every table.
insert into content_state (only_row, fingerprint, version, synced_at_s) values (1, 'abc', 3, 1795348800);
insert into content_problems (position, severity, file, line, column_number, message, hint)
values (0, 'warning', 'content/questions/storage/s3-versioning.md', 26, 5, 'stale fact', 'read the source again'),
       (1, 'error', 'content/questions/storage/broken.md', 1, 1, 'the file has no front matter', null);
insert into topics (id, position, title, summary) values ('storage', 0, 'Storage', 'Buckets.'), ('cost', 1, 'Cost', 'Bills.');
insert into questions (number, id, topic, title, level, kind, minutes, excerpt, browse_order, source_hash, added_at_s, updated_at_s, archived_at_s)
values (1, 's3-versioning', 'storage', 'What does S3 versioning protect you from?', 1, 'concept', 2, 'It keeps every version.', 1, 'h1', 1795348800, 1795348800, null),
       (2, 'old-question', 'cost', 'What was asked before?', 3, 'design', 5, '', 0, 'h2', 1700000000, 1700000000, 1795348800);
insert into path_places (topic, question, position) values ('storage', 's3-versioning', 0);
insert into sections (question, name, html, headings)
values (1, 'answer', '<p>It keeps every version.</p>', '[]'),
       (1, 'explanation', '<h3 id="a">A</h3>', '[{"level":3,"id":"a","title":"A"}]'),
       (1, 'hands-on', '', '[]'),
       (1, 'mistakes', '<p>None.</p>', '[]');
insert into key_points (question, position, id, say, say_html, terms, probe)
values (1, 0, 'keeps-versions', 'It keeps every version.', 'It keeps every version.', '["version*"]', 'What happens to the old bytes?'),
       (2, 0, 'gone', 'Gone.', 'Gone.', '["gone"]', 'Where is it?');
insert into steps (question, position, id, title_html, title, html) values (1, 0, 'turn-on', 'Turn it on', 'Turn it on', '<p>Do.</p>');
insert into follow_ups (question, position, id, ask, ask_html, answer_html) values (1, 0, 'read-older', 'How?', 'How?', '<p>So.</p>');
insert into quiz_items (question, position, id, ask_html, options)
values (1, 0, 'deleted', 'What now?', '[{"text_html":"A","right":true,"why_html":"B"},{"text_html":"C","right":false,"why_html":"D"}]');
insert into question_tags (question, tag) values (1, 's3'), (2, 's3');
insert into question_aliases (question, position, alias) values (1, 0, 'object versions');
insert into relations (question, position, related) values (1, 0, 'old-question'), (2, 0, 'not-written-yet');
insert into question_labs (question, position, lab) values (1, 0, 's3-lab');
insert into sources (question, position, title, url, checked) values (1, 0, 'Versioning', 'https://docs.aws.amazon.com/', '2026-08-01');
insert into facts (question, position, claim_html, source, checked, review_by) values (1, 0, 'A claim.', null, '2026-08-01', '2027-05-22');
insert into synonyms (position, phrases) values (0, '["security group","SG"]');
insert into question_search (rowid, title, aliases, tags, answer, explanation, labels)
values (1, 'What does S3 versioning protect you from?', 'object versions', 's3', 'It keeps every version.', 'A', 'topicstorage');
insert into search_words (word, letters, questions) values ('version', 7, 1);
insert into question_documents (question, document) values (1, x'00'), (2, x'00');
