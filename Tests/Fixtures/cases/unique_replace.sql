-- expect: equal; unique replaced in one statement
ALTER TABLE item DROP CONSTRAINT u, ADD CONSTRAINT u UNIQUE (code, qty);
