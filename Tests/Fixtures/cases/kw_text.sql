-- expect: equal; conversion that can fail, column named begin
ALTER TABLE period ALTER COLUMN "begin" TYPE int USING "begin"::int;
