-- expect: equal; tables named new and checked
ALTER TABLE "new" ALTER COLUMN v TYPE bigint USING "new".v::bigint;
ALTER TABLE checked ALTER COLUMN v TYPE int USING checked.v::int, ALTER COLUMN checked TYPE int USING checked::int;
