CREATE TABLE person (id int PRIMARY KEY, name text COLLATE "C", city varchar(50));
CREATE INDEX person_name ON person (name);
CREATE INDEX person_city ON person (lower(city) text_pattern_ops);
INSERT INTO person SELECT g, 'p' || g, 'c' || g % 9 FROM generate_series(1, 300) g;
ANALYZE person;
