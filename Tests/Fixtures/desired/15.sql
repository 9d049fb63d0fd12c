==== event triggers and publications
CREATE TABLE t (a integer PRIMARY KEY, b integer); CREATE TABLE u (a integer); CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE PUBLICATION pub FOR TABLE t;
----
CREATE TABLE t (a integer PRIMARY KEY, b integer); CREATE TABLE u (a integer); CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION ef(); ALTER EVENT TRIGGER et DISABLE;
CREATE PUBLICATION pub FOR TABLE t (a) WHERE (a > 1), TABLE u WITH (publish = 'insert');
==== a publication leaves a table that goes for one that comes
CREATE TYPE pair AS (a integer, b integer); CREATE TABLE goes (id integer PRIMARY KEY, v pair); CREATE PUBLICATION p FOR TABLE goes WHERE (id > 5);
----
CREATE TYPE pair AS (a integer, c text); CREATE TABLE comes (id integer PRIMARY KEY, v pair); CREATE PUBLICATION p FOR TABLE comes;
==== publications come and go
CREATE TABLE t (a integer PRIMARY KEY, b integer); CREATE TABLE gone (a integer PRIMARY KEY); CREATE PUBLICATION few FOR TABLE t, gone; CREATE PUBLICATION none; CREATE PUBLICATION every FOR ALL TABLES;
----
CREATE TABLE t (a integer PRIMARY KEY, b bigint); CREATE PUBLICATION few FOR TABLE t (a, b) WITH (publish_via_partition_root = true); CREATE PUBLICATION every FOR TABLE t WHERE (b > 0);
CREATE PUBLICATION whole FOR ALL TABLES WITH (publish = 'insert, delete'); CREATE SCHEMA s; CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA s; COMMENT ON PUBLICATION few IS 'p';
