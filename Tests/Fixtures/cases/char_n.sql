-- expect: equal; char(n) to varchar trims blanks
ALTER TABLE item ALTER COLUMN ch TYPE varchar(10);
