-- expect: equal; to a domain with a check
ALTER TABLE item ALTER COLUMN qty TYPE posint;
