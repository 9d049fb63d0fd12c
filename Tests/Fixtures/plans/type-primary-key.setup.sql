CREATE TABLE organisation (id int GENERATED ALWAYS AS IDENTITY (START 5 CACHE 2) PRIMARY KEY,
  parent int REFERENCES organisation, name text);
INSERT INTO organisation (parent, name)
  SELECT nullif(5 + g / 2, 5 + g), 'n' || g FROM generate_series(0, 99) g;
COMMENT ON SEQUENCE organisation_id_seq IS 'numbers of organisations';
GRANT USAGE ON SEQUENCE organisation_id_seq TO pg_monitor;
CREATE TABLE contract (id int PRIMARY KEY, org int NOT NULL, CONSTRAINT contract_org
  FOREIGN KEY (org) REFERENCES organisation ON DELETE CASCADE ON UPDATE CASCADE);
COMMENT ON CONSTRAINT contract_org ON contract IS 'who pays';
INSERT INTO contract SELECT g, 5 + g % 100 FROM generate_series(1, 300) g;
CREATE TABLE seat (org int REFERENCES organisation DEFERRABLE INITIALLY DEFERRED,
  "Other" int, FOREIGN KEY ("Other") REFERENCES organisation (id) NOT VALID);
INSERT INTO seat SELECT 5 + g % 50, 6 FROM generate_series(1, 300) g;
ALTER TABLE organisation REPLICA IDENTITY USING INDEX organisation_pkey;
ANALYZE;
