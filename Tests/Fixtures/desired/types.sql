==== enums grow
CREATE TYPE e AS ENUM ('b', 'd'); CREATE TABLE t (v e DEFAULT 'b'); CREATE INDEX t_v ON t (v); CREATE VIEW tv AS SELECT v FROM t WHERE v = 'b';
----
CREATE TYPE e AS ENUM ('a', 'b', 'c', 'd', 'f', 'g'); CREATE TABLE t (v e DEFAULT 'b'); CREATE INDEX t_v ON t (v); CREATE VIEW tv AS SELECT v FROM t WHERE v = 'b';
==== enum in many places
CREATE TYPE e AS ENUM ('a', 'b', 'c'); CREATE TABLE t (v e DEFAULT 'a', w e[], CHECK (v <> 'b')); CREATE FUNCTION f(x e) RETURNS e LANGUAGE sql AS 'SELECT x';
CREATE TABLE pt (v e NOT NULL) PARTITION BY LIST (v); CREATE TABLE pt1 PARTITION OF pt FOR VALUES IN ('a');
CREATE TYPE holder AS (v e); CREATE DOMAIN de AS e CHECK (VALUE <> 'b');
----
CREATE TYPE e AS ENUM ('c', 'a'); CREATE TABLE t (v e DEFAULT 'a', w e[], CHECK (v <> 'c')); CREATE FUNCTION f(x e) RETURNS e LANGUAGE sql AS 'SELECT x';
CREATE TABLE pt (v e NOT NULL) PARTITION BY LIST (v); CREATE TABLE pt1 PARTITION OF pt FOR VALUES IN ('a');
CREATE TYPE holder AS (v e); CREATE DOMAIN de AS e CHECK (VALUE <> 'c');
==== domains
CREATE DOMAIN d AS text CHECK (VALUE <> ''); CREATE TABLE t (a d, b d DEFAULT 'q');
----
CREATE DOMAIN d AS text DEFAULT 'x' NOT NULL CONSTRAINT short CHECK (length(VALUE) < 10); CREATE DOMAIN dd AS d; CREATE TABLE t (a d, b d DEFAULT 'q', c dd);
COMMENT ON DOMAIN d IS 'dom';
==== domain of another type
CREATE DOMAIN d AS integer; CREATE TABLE t (a d); CREATE VIEW v AS SELECT a FROM t;
----
CREATE DOMAIN d AS bigint CHECK (VALUE > 0); CREATE TABLE t (a d); CREATE VIEW v AS SELECT a FROM t;
==== composites
CREATE TYPE c AS (a integer, b text); CREATE TABLE t (v c);
----
CREATE TYPE c AS (a integer, b text, d date); CREATE TABLE t (v c); COMMENT ON TYPE c IS 'c'; COMMENT ON COLUMN c.a IS 'ca';
==== ranges
CREATE TABLE t (a integer);
----
CREATE TYPE tr AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi); CREATE TABLE t (a integer, r tr);
==== sequences
CREATE SEQUENCE s; CREATE SEQUENCE gone; CREATE TABLE t (a integer DEFAULT nextval('s'));
----
CREATE SEQUENCE s AS integer START 5 INCREMENT 2 MAXVALUE 1000 CACHE 4 CYCLE; CREATE TABLE t (a integer DEFAULT nextval('s'));
ALTER SEQUENCE s OWNED BY t.a; CREATE SEQUENCE down INCREMENT -1;
==== column takes a type that comes, and leaves one that goes
CREATE TYPE old AS ENUM ('a'); CREATE TABLE t (v old DEFAULT 'a', w integer);
----
CREATE TYPE new AS ENUM ('a', 'b'); CREATE TABLE t (v new DEFAULT 'a', w integer);
==== schemas and extensions
CREATE TABLE t (a integer); CREATE SCHEMA gone; CREATE TABLE gone.x (a integer);
----
CREATE SCHEMA "Other Place"; CREATE EXTENSION citext WITH SCHEMA "Other Place"; CREATE TABLE "Other Place"."T t" ("a b" "Other Place".citext PRIMARY KEY);
CREATE TABLE t (a integer, b "Other Place".citext DEFAULT 'x', FOREIGN KEY (b) REFERENCES "Other Place"."T t"); COMMENT ON SCHEMA "Other Place" IS 'o';
==== table moves its keys and types at once
CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (a integer REFERENCES a, PRIMARY KEY (a)); CREATE VIEW ab AS SELECT a.id FROM a JOIN b ON b.a = a.id;
CREATE FUNCTION fa(x a) RETURNS integer LANGUAGE sql AS 'SELECT x.id';
----
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (a bigint REFERENCES a, PRIMARY KEY (a)); CREATE VIEW ab AS SELECT a.id FROM a JOIN b ON b.a = a.id;
CREATE FUNCTION fa(x a) RETURNS bigint LANGUAGE sql AS 'SELECT x.id';
==== names that come free
CREATE TABLE x (a integer); CREATE INDEX y ON x (a); CREATE SEQUENCE z;
----
CREATE TABLE x (a integer); CREATE TABLE y (b integer); CREATE VIEW z AS SELECT 1 AS one;
==== grants
CREATE TABLE t (a integer, b integer); GRANT SELECT ON t TO PUBLIC; GRANT UPDATE (a) ON t TO pg_monitor; CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TYPE e AS ENUM ('a'); CREATE SEQUENCE s; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor;
----
CREATE TABLE t (a integer, b integer); GRANT SELECT, INSERT ON t TO pg_monitor WITH GRANT OPTION; GRANT UPDATE (b) ON t TO pg_monitor; CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION f() TO pg_monitor; CREATE TYPE e AS ENUM ('a'); REVOKE USAGE ON TYPE e FROM PUBLIC;
CREATE SEQUENCE s; GRANT USAGE ON SEQUENCE s TO pg_monitor; GRANT USAGE ON SCHEMA public TO pg_monitor; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
==== labels with what separates lines
CREATE TYPE e AS ENUM ('a', E'two\nlines', E'a \\ and a ''quote''\n'); CREATE TABLE t (v e);
----
CREATE TYPE e AS ENUM ('a', E'two\nlines', E'a \\ and a ''quote''\n', E'\n', ''); CREATE TABLE t (v e DEFAULT E'two\nlines');
