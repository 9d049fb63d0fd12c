-- expect: equal; enum swap by a new name, then rename
CREATE TYPE st2 AS ENUM ('a','b','c','d');
ALTER TABLE item ALTER COLUMN s DROP DEFAULT;
ALTER TABLE item ALTER COLUMN s TYPE st2 USING s::text::st2;
ALTER TABLE item ALTER COLUMN s SET DEFAULT 'd';
DROP TYPE st;
ALTER TYPE st2 RENAME TO st;
