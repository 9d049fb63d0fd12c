-- expect: equal; types move between schemas, then a type change
ALTER TYPE s1.st SET SCHEMA public;
ALTER TYPE s2.st SET SCHEMA s1;
ALTER TABLE item ALTER COLUMN s TYPE s1.st USING s::s1.st;
