CREATE TYPE kind AS ENUM ('A', 'B', 'C');
CREATE TABLE item (id int PRIMARY KEY, kind kind NOT NULL DEFAULT 'A', note text);
INSERT INTO item SELECT i, CASE i % 2 WHEN 0 THEN 'A' ELSE 'B' END::kind, 'n' || i FROM generate_series(1, 900) AS i;
CREATE INDEX item_kind_idx ON item (kind);
