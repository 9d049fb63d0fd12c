-- expect: equal; extension and its type in one migration
CREATE EXTENSION IF NOT EXISTS citext;
ALTER TABLE item ALTER COLUMN note TYPE citext;
