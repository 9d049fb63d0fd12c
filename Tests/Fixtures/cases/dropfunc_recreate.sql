-- expect: equal; the index holds what the new function says; function dropped and made anew, then a partial index
DROP FUNCTION okay(int);
CREATE FUNCTION okay(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'select coalesce($1,0)<2000';
CREATE INDEX ix ON item(amount) WHERE okay(amount);
