-- expect: agreed; the server runs it outside of a transaction alone
BEGIN;
CREATE INDEX CONCURRENTLY bx ON big (b);
ALTER TABLE big ALTER COLUMN a TYPE bigint;
COMMIT;
