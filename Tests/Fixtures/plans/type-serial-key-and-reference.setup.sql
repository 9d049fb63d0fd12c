CREATE TABLE organisation (id serial PRIMARY KEY, name text);
INSERT INTO organisation (name) SELECT 'n' || g FROM generate_series(1, 100) g;
CREATE TABLE contract (id int PRIMARY KEY, org int NOT NULL REFERENCES organisation ON DELETE CASCADE);
CREATE INDEX ON contract (org);
INSERT INTO contract SELECT g, 1 + g % 100 FROM generate_series(1, 300) g;
ANALYZE;
