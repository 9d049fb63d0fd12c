-- expect: equal; columns named as plpgsql's variables
ALTER TABLE n ALTER COLUMN tg_op TYPE bigint, ALTER COLUMN new TYPE bigint, ALTER COLUMN old TYPE bigint, ALTER COLUMN found TYPE bigint, ALTER COLUMN value TYPE smallint, ALTER COLUMN checked TYPE int USING checked::int, ALTER COLUMN "row" TYPE text, ALTER COLUMN record TYPE bigint;
