==== views replaced
CREATE TABLE t (a integer, b integer, c text);
CREATE VIEW v AS SELECT a FROM t; CREATE VIEW vv AS SELECT a + 1 AS n FROM v;
----
CREATE TABLE t (a integer, b integer, c text);
CREATE VIEW v AS SELECT a, b FROM t WHERE a > 0; CREATE VIEW vv AS SELECT a + 1 AS n, c FROM v JOIN t USING (a);
==== views made again
CREATE TABLE t (a integer, b integer);
CREATE VIEW v WITH (security_barrier) AS SELECT a, b FROM t; CREATE VIEW vv AS SELECT b FROM v; CREATE MATERIALIZED VIEW mv AS SELECT b FROM vv;
CREATE INDEX mv_b ON mv (b); COMMENT ON VIEW vv IS 'kept';
----
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT b, a FROM t; CREATE VIEW vv AS SELECT b FROM v; CREATE MATERIALIZED VIEW mv AS SELECT b FROM vv;
CREATE UNIQUE INDEX mv_b ON mv (b); COMMENT ON VIEW vv IS 'kept';
==== view with check and rules
CREATE TABLE t (a integer); CREATE VIEW v AS SELECT a FROM t;
CREATE RULE ins AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.a);
----
CREATE TABLE t (a integer); CREATE VIEW v AS SELECT a FROM t WHERE a > 0 WITH LOCAL CHECK OPTION;
CREATE RULE del AS ON DELETE TO v DO INSTEAD NOTHING;
==== view default
CREATE TABLE t (a integer, b text); CREATE VIEW v AS SELECT a, b FROM t;
----
CREATE TABLE t (a integer, b text); CREATE VIEW v AS SELECT a, b FROM t; ALTER VIEW v ALTER b SET DEFAULT 'x';
==== materialized views
CREATE TABLE t (a integer, b integer); CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE VIEW mm AS SELECT a FROM m;
----
CREATE TABLE t (a integer, b integer); CREATE MATERIALIZED VIEW m WITH (fillfactor = 90) AS SELECT a, b FROM t WITH NO DATA; CREATE VIEW mm AS SELECT a FROM m;
==== functions change
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION g(a integer, b text DEFAULT 'x') RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN b; END';
CREATE TABLE t (x integer DEFAULT f(1), CHECK (f(x) > 0)); CREATE INDEX t_f ON t (x);
----
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT a + 1';
CREATE FUNCTION g(a integer, b text DEFAULT 'y', c integer DEFAULT 3) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path TO 'pg_catalog' AS 'BEGIN RETURN b || c; END';
CREATE TABLE t (x integer DEFAULT f(1), CHECK (f(x) > 0)); CREATE INDEX t_f ON t (f(x));
==== function returns another type
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE TABLE t (x integer, y integer DEFAULT f(2)); CREATE VIEW v AS SELECT f(x) AS fx FROM t;
----
CREATE FUNCTION f(a integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT a::bigint';
CREATE TABLE t (x integer, y integer DEFAULT f(2)); CREATE VIEW v AS SELECT f(x) AS fx FROM t;
==== argument names
CREATE FUNCTION f(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 1';
----
CREATE FUNCTION f(x integer, y integer) RETURNS integer LANGUAGE sql AS 'SELECT 2';
==== function bodies of standard SQL
CREATE TABLE t (a integer);
----
CREATE TABLE t (a integer, b integer);
CREATE FUNCTION total() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(b) FROM t; END;
CREATE FUNCTION rows_of(k integer) RETURNS SETOF t LANGUAGE sql STABLE AS $$ SELECT * FROM t WHERE a = k $$;
CREATE FUNCTION outs(OUT x integer, OUT y text) LANGUAGE sql AS $$ SELECT total()::integer, 'a'::text $$;
==== procedures and aggregates
CREATE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'BEGIN NULL; END';
----
CREATE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CREATE FUNCTION addup(s bigint, v integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT s + v';
CREATE AGGREGATE total(integer) (SFUNC = addup, STYPE = bigint, INITCOND = '0');
CREATE TABLE n (v integer); CREATE VIEW nv AS SELECT total(v) AS t FROM n;
==== triggers
CREATE TABLE t (a integer, b integer); CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER t1 BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf(); CREATE TRIGGER t2 AFTER UPDATE ON t FOR EACH STATEMENT EXECUTE FUNCTION tf();
----
CREATE TABLE t (a integer, b integer); CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER t1 BEFORE INSERT OR UPDATE OF a ON t FOR EACH ROW WHEN (new.a > 0) EXECUTE FUNCTION tf('x');
CREATE CONSTRAINT TRIGGER t3 AFTER DELETE ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tf(); ALTER TABLE t DISABLE TRIGGER t1;
COMMENT ON TRIGGER t1 ON t IS 'c';
==== operators and casts
CREATE FUNCTION eq(a point, b point) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a ~= b';
----
CREATE FUNCTION eq(a point, b point) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a ~= b';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = point, RIGHTARG = point, COMMUTATOR = ===);
CREATE TYPE pair AS (x integer, y integer); CREATE FUNCTION to_pair(a point) RETURNS pair LANGUAGE sql AS 'SELECT NULL::pair';
CREATE CAST (point AS pair) WITH FUNCTION to_pair(point) AS ASSIGNMENT;
==== a function is made anew while a column that it fills goes
CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a * 2'; CREATE TABLE t (id integer, goes integer DEFAULT twice(4), stays integer DEFAULT twice(5));
----
CREATE FUNCTION twice(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a * 2'; CREATE TABLE t (id integer, stays integer DEFAULT twice(5));
==== defaults of parameters come, and say something else
CREATE FUNCTION f(a integer, b text DEFAULT 'x') RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE TABLE t (a integer DEFAULT f(1)); CREATE INDEX t_f ON t (f(a)); CREATE VIEW v AS SELECT f(a) AS f FROM t;
----
CREATE FUNCTION f(a integer DEFAULT 4, b text DEFAULT 'y') RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE TABLE t (a integer DEFAULT f(1)); CREATE INDEX t_f ON t (f(a)); CREATE VIEW v AS SELECT f(a) AS f FROM t;
