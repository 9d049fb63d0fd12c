-- expect: equal; SELECT setval in a migration
SELECT setval('sq', 100);
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
