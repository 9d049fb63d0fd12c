CREATE TABLE visit (id int NOT NULL, day date NOT NULL, count int DEFAULT 3, note text,
  CONSTRAINT visit_key PRIMARY KEY (id, day), CONSTRAINT visit_once UNIQUE (count, day),
  CONSTRAINT count_small CHECK (count < 1000000)) PARTITION BY RANGE (day);
CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE visit_2 PARTITION OF visit FOR VALUES FROM ('2026-02-01') TO ('2027-01-01')
  PARTITION BY RANGE (day);
CREATE TABLE "visit 2a" PARTITION OF visit_2 DEFAULT;
CREATE INDEX visit_count_note ON visit (count, note);
CREATE INDEX visit_1_own ON visit_1 (count);
COMMENT ON COLUMN visit.count IS 'how many';
COMMENT ON CONSTRAINT visit_once ON visit IS 'once a day';
INSERT INTO visit SELECT g, date '2026-01-01' + g % 59, g, 'x' FROM generate_series(1, 300) g;
ANALYZE visit;
