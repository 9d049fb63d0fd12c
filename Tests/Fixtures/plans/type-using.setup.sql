CREATE TABLE measure (id int PRIMARY KEY, value text DEFAULT '7', unit text);
INSERT INTO measure SELECT g, g::text, 'm' FROM generate_series(1, 300) g;
ANALYZE measure;
