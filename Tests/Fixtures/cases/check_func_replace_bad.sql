-- expect: agreed; direct fails (rows violate); the gate must disagree; check function replaced first, rows violate the new one
CREATE OR REPLACE FUNCTION okay(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'select coalesce($1,0)<2000';
ALTER TABLE item ADD CONSTRAINT ck CHECK (okay(amount));
