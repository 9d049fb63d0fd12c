CREATE TABLE place (id int PRIMARY KEY, name text);
CREATE TABLE visit (id int PRIMARY KEY, place int REFERENCES place, who text);
INSERT INTO place SELECT i, 'p' || i FROM generate_series(1, 900) AS i;
INSERT INTO visit SELECT i, i, 'w' || i FROM generate_series(1, 900) AS i;
