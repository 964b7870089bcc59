insert into saved_searches (person, name, query) values (1, 'Serverless basics', 'topic=serverless&level=beginner');
