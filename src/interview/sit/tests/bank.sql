insert into topics (id, position, title, summary)
values ('networking', 0, 'Networking', ''), ('serverless', 1, 'Serverless', ''), ('storage', 2, 'Storage', '');
insert into questions (number, id, topic, title, level, kind, minutes, excerpt, browse_order, source_hash, added_at_s, updated_at_s)
values (1, 'subnets', 'networking', 'What is a subnet?', 1, 'concept', 3, '', 1, '', 0, 0),
       (2, 'routes', 'networking', 'What is a route?', 2, 'concept', 3, '', 2, '', 0, 0),
       (3, 'peering', 'networking', 'When do you peer?', 3, 'design', 3, '', 3, '', 0, 0),
       (4, 'functions', 'serverless', 'What is a function?', 1, 'concept', 3, '', 4, '', 0, 0),
       (5, 'queues', 'serverless', 'Why a queue?', 2, 'scenario', 3, '', 5, '', 0, 0),
       (6, 'buckets', 'storage', 'What is a bucket?', 1, 'concept', 3, '', 6, '', 0, 0);
insert into key_points (question, position, id, say, say_html, terms, probe)
select number, position, word, 'Say ' || word || '.', 'Say ' || word || '.', json_array(word), 'What about ' || word || '?'
from questions, (select 0 as position, 'alpha' as word union all select 1, 'beta' union all select 2, 'gamma');
insert into people (id, name, name_key, password_hash, created_at_s, seen_at_s)
values (1, 'Ada', 'ada', '', 0, 0), (2, 'Bob', 'bob', '', 0, 0), (3, null, null, null, 0, 0);
