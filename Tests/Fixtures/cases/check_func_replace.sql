-- expect: equal; check function replaced first
CREATE OR REPLACE FUNCTION okay(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'select coalesce($1,0)>=0';
ALTER TABLE item ADD CONSTRAINT ck CHECK (okay(amount));
