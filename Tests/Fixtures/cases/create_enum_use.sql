-- expect: equal; enum made and used in one migration
CREATE TYPE mood AS ENUM ('a','b');
ALTER TABLE item ALTER COLUMN note TYPE mood USING note::mood;
