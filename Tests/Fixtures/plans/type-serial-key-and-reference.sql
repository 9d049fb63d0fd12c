ALTER TABLE contract ALTER COLUMN org TYPE bigint;
ALTER TABLE organisation ALTER COLUMN id TYPE bigint;
ALTER SEQUENCE organisation_id_seq AS bigint;
