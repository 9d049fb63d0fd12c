==== constraints that take no NULL
CREATE TABLE p (id integer CONSTRAINT p_id_nn NOT NULL, n text, PRIMARY KEY (id)); CREATE TABLE c () INHERITS (p);
CREATE TABLE n (a integer, b integer, d integer NOT NULL, e integer); ALTER TABLE n ADD CONSTRAINT n_a NOT NULL a NOT VALID;
ALTER TABLE n ADD CONSTRAINT n_e NOT NULL e NO INHERIT; COMMENT ON CONSTRAINT n_e ON n IS 'alone';
CREATE TABLE part (id integer NOT NULL, t text) PARTITION BY RANGE (id);
CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (10);
----
CREATE TABLE p (id integer CONSTRAINT p_id_takes_none NOT NULL, n text NOT NULL, PRIMARY KEY (id));
CREATE TABLE c (x integer NOT NULL) INHERITS (p);
CREATE TABLE n (a integer, b integer, d integer, e integer); ALTER TABLE n ADD CONSTRAINT n_a NOT NULL a;
ALTER TABLE n ADD CONSTRAINT n_b NOT NULL b NO INHERIT; ALTER TABLE n ADD CONSTRAINT n_e NOT NULL e;
ALTER TABLE n ADD CONSTRAINT n_d NOT NULL d NOT VALID;
CREATE TABLE part (id integer NOT NULL, t text NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (10);
==== virtual columns
CREATE TABLE k (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL, c integer GENERATED ALWAYS AS (a * 3) STORED, d integer);
----
CREATE TABLE k (a integer, b integer GENERATED ALWAYS AS (a * 4) VIRTUAL, c integer GENERATED ALWAYS AS (a * 3) VIRTUAL,
  d integer GENERATED ALWAYS AS (a + 1) VIRTUAL);
==== constraints that are not enforced
CREATE TABLE k (id integer PRIMARY KEY, a integer, CONSTRAINT k_a CHECK (a > 0) NOT ENFORCED);
CREATE TABLE r (k integer, CONSTRAINT r_k FOREIGN KEY (k) REFERENCES k NOT ENFORCED);
----
CREATE TABLE k (id integer PRIMARY KEY, a integer, CONSTRAINT k_a CHECK (a > 0));
CREATE TABLE r (k integer, CONSTRAINT r_k FOREIGN KEY (k) REFERENCES k);
==== keys without overlaps
CREATE TABLE w (room int4range, during tstzrange, note text, CONSTRAINT w_key PRIMARY KEY (room, during WITHOUT OVERLAPS));
CREATE TABLE v (room int4range, during tstzrange, CONSTRAINT v_w FOREIGN KEY (room, PERIOD during) REFERENCES w (room, PERIOD during));
----
CREATE TABLE w (room int4range, during tstzrange, note text NOT NULL, CONSTRAINT w_key UNIQUE (room, during WITHOUT OVERLAPS));
CREATE TABLE v (room int4range, during tstzrange NOT NULL);
==== publications of generated columns
CREATE TABLE k (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED); CREATE PUBLICATION p FOR TABLE k;
----
CREATE TABLE k (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);
CREATE PUBLICATION p FOR TABLE k WITH (publish_generated_columns = stored);
