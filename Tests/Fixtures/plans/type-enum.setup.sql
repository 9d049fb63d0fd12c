CREATE TYPE state AS ENUM ('new', 'done');
CREATE TABLE task (id int PRIMARY KEY, state text DEFAULT 'new', CONSTRAINT known CHECK (state <> ''));
CREATE INDEX task_new ON task (state) WHERE state = 'new';
INSERT INTO task SELECT g, CASE g % 2 WHEN 0 THEN 'new' ELSE 'done' END FROM generate_series(1, 300) g;
ANALYZE task;
