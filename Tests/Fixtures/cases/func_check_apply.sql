-- expect: agreed; direct fails, apply must fail; the same on a small table by apply: right order?
CREATE OR REPLACE FUNCTION okay(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'select $1>0';
ALTER TABLE small ADD CONSTRAINT ck CHECK (okay(v));
