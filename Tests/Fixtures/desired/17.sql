==== rights to maintain, and the built-in provider of collations
CREATE TABLE k (a integer); GRANT SELECT ON k TO PUBLIC;
----
CREATE TABLE k (a integer); GRANT MAINTAIN ON k TO PUBLIC;
CREATE COLLATION c (PROVIDER = builtin, LOCALE = 'C.UTF-8'); CREATE TABLE l (a text COLLATE c);
==== the expression of a generated column
CREATE TABLE g (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED); CREATE INDEX g_b ON g (b);
----
CREATE TABLE g (a integer, b integer GENERATED ALWAYS AS (a * 3) STORED); CREATE INDEX g_b ON g (b);
