-- expect: equal; generated column dropped, then the type
ALTER TABLE item DROP COLUMN g2;
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
