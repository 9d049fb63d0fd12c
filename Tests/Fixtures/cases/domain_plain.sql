-- expect: equal; to a domain without constraint
ALTER TABLE item ALTER COLUMN amount TYPE anyint;
