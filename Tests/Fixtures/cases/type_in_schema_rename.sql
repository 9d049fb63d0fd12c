-- expect: equal; schemas exchange names, then a type change
ALTER SCHEMA s1 RENAME TO s_old;
ALTER SCHEMA s2 RENAME TO s1;
ALTER TABLE item ALTER COLUMN s TYPE s1.st USING s::s1.st;
