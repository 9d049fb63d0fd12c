CREATE TABLE kind (id int PRIMARY KEY);
INSERT INTO kind SELECT g FROM generate_series(0, 9) g;
CREATE TABLE event (
  id bigint, day date, kind_id int REFERENCES kind, note text, PRIMARY KEY (id, day))
  PARTITION BY RANGE (day);
CREATE INDEX event_note ON event (lower(note));
CREATE TABLE event_rest PARTITION OF event DEFAULT;
INSERT INTO event SELECT g, date '2023-01-01' + g % 300, g % 10, 'n' FROM generate_series(1, 500) g;
CREATE TABLE event_2024 (id bigint NOT NULL, day date NOT NULL, kind_id int, note text);
INSERT INTO event_2024 SELECT g, date '2024-01-01' + g % 300, g % 10, 'n' FROM generate_series(1, 500) g;
ANALYZE;
