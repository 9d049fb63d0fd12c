CREATE TABLE organisation (id int PRIMARY KEY, name text);
CREATE TABLE contract (id int PRIMARY KEY, org int,
  CONSTRAINT contract_org FOREIGN KEY (org) REFERENCES organisation);
INSERT INTO organisation SELECT g, 'n' FROM generate_series(1, 300) g;
INSERT INTO contract SELECT g, g FROM generate_series(1, 300) g;
ANALYZE;
