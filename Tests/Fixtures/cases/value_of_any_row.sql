-- expect: equal; of several rows PostgreSQL takes any
ALTER TABLE place ADD COLUMN guest text;
UPDATE place AS p SET guest = v.who FROM visit AS v WHERE v.place = p.id;
CREATE UNIQUE INDEX place_guest_key ON place (guest);
DROP TABLE visit;
