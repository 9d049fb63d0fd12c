-- expect: equal; index function replaced first
CREATE OR REPLACE FUNCTION okay(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'select $1+1';
CREATE INDEX ix ON item (okay(amount));
