CREATE TYPE state AS ENUM ('new', 'paid');
CREATE FUNCTION first_label() RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT ''a''';
CREATE TABLE item (id int PRIMARY KEY, state state DEFAULT 'new', n int DEFAULT length(first_label()), m int);
INSERT INTO item SELECT i, 'paid', i, i FROM generate_series(1, 900) AS i;
