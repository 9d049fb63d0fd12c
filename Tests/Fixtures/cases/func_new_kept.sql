-- expect: equal; conversion function made by the migration and kept
CREATE FUNCTION conv(int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'select $1*100::bigint';
ALTER TABLE item ALTER COLUMN amount TYPE bigint USING conv(amount);
