-- expect: equal; 63-byte column name
ALTER TABLE item ALTER COLUMN amount_abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz_123456 TYPE bigint;
