==== from nothing
----
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, UNIQUE (name));
CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL REFERENCES customers ON DELETE CASCADE, total numeric CHECK (total >= 0));
CREATE INDEX orders_customer ON orders (customer);
==== keys that need each other
CREATE TABLE a (id integer PRIMARY KEY);
----
CREATE TABLE a (id integer PRIMARY KEY, b integer);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE INITIALLY DEFERRED;
==== constraints change
CREATE TABLE p (id integer PRIMARY KEY, v integer, CONSTRAINT v_small CHECK (v < 10), CONSTRAINT v_one UNIQUE (v));
CREATE TABLE q (id integer, p integer REFERENCES p, CONSTRAINT q_v FOREIGN KEY (id) REFERENCES p (v));
----
CREATE TABLE p (id integer, v integer, CONSTRAINT v_small CHECK (v < 20), CONSTRAINT v_one UNIQUE (v, id), CONSTRAINT p_pkey PRIMARY KEY (id) INCLUDE (v));
CREATE TABLE q (id integer, p integer REFERENCES p ON DELETE SET NULL);
==== not valid and no inherit
CREATE TABLE n (a integer, b integer);
ALTER TABLE n ADD CONSTRAINT n_a CHECK (a > 0) NOT VALID;
----
CREATE TABLE n (a integer, b integer, CONSTRAINT n_a CHECK (a > 0));
ALTER TABLE n ADD CONSTRAINT n_b CHECK (b > 0) NO INHERIT NOT VALID;
==== exclusion
CREATE EXTENSION btree_gist;
CREATE TABLE r (room integer, during tstzrange);
----
CREATE EXTENSION btree_gist;
CREATE TABLE r (room integer, during tstzrange, EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (room > 0));
==== indexes change
CREATE TABLE x (a integer, b text, c jsonb);
CREATE INDEX x_a ON x (a); CREATE UNIQUE INDEX x_b ON x (b); CREATE INDEX x_old ON x (a DESC);
----
CREATE TABLE x (a integer, b text, c jsonb);
CREATE INDEX x_a ON x (a) WHERE b IS NOT NULL; CREATE UNIQUE INDEX x_b ON x (lower(b)) INCLUDE (a);
CREATE INDEX x_c ON x USING gin (c jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX x_e ON x ((a + 1)); ALTER INDEX x_e ALTER COLUMN 1 SET STATISTICS 300;
COMMENT ON INDEX x_a IS 'partial'; ALTER TABLE x CLUSTER ON x_e;
==== replica identity
CREATE TABLE ri (a integer NOT NULL, b integer NOT NULL); CREATE UNIQUE INDEX ri_a ON ri (a);
ALTER TABLE ri REPLICA IDENTITY FULL;
----
CREATE TABLE ri (a integer NOT NULL, b integer NOT NULL); CREATE UNIQUE INDEX ri_a ON ri (a);
ALTER TABLE ri REPLICA IDENTITY USING INDEX ri_a;
==== options
CREATE TABLE o (a integer, b text) WITH (fillfactor = 80, autovacuum_enabled = false);
----
CREATE UNLOGGED TABLE o (a integer, b text) WITH (fillfactor = 70, toast.autovacuum_enabled = false);
==== inheritance
CREATE TABLE parent (a integer, b integer CHECK (b > 0)); CREATE TABLE child (c integer) INHERITS (parent);
CREATE TABLE apart (a integer, b integer CONSTRAINT parent_b_check CHECK (b > 0), c integer);
----
CREATE TABLE parent (a integer NOT NULL, b integer CHECK (b > 0), d text); CREATE TABLE child (c integer) INHERITS (parent);
CREATE TABLE apart (a integer NOT NULL, b integer CONSTRAINT parent_b_check CHECK (b > 0), c integer, d text);
==== inheritance begins
CREATE TABLE parent (a integer); CREATE TABLE child (a integer, c integer);
----
CREATE TABLE parent (a integer); CREATE TABLE child (a integer, c integer) INHERITS (parent);
==== partitions
CREATE TABLE m (id bigint, at date NOT NULL, v text) PARTITION BY RANGE (at);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE INDEX m_id ON m (id);
----
CREATE TABLE m (id bigint NOT NULL, at date NOT NULL, v text, w integer DEFAULT 4) PARTITION BY RANGE (at);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE m2 PARTITION OF m FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY HASH (id);
CREATE TABLE m2a PARTITION OF m2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE mx PARTITION OF m DEFAULT;
ALTER TABLE m ADD PRIMARY KEY (id, at); CREATE INDEX m_id ON m (id DESC);
==== partition parts of their own
CREATE TABLE pp (id integer, v integer) PARTITION BY LIST (id);
CREATE TABLE pp1 PARTITION OF pp FOR VALUES IN (1);
----
CREATE TABLE pp (id integer, v integer) PARTITION BY LIST (id);
CREATE TABLE pp1 PARTITION OF pp (v DEFAULT 5, CHECK (v > 0)) FOR VALUES IN (1);
CREATE INDEX pp1_v ON pp1 (v); ALTER TABLE pp1 ALTER v SET NOT NULL; COMMENT ON TABLE pp1 IS 'one';
==== partition attached
CREATE TABLE pa (id integer, v integer) PARTITION BY LIST (id);
CREATE TABLE pa1 (id integer, v integer);
----
CREATE TABLE pa (id integer, v integer) PARTITION BY LIST (id);
CREATE TABLE pa1 PARTITION OF pa FOR VALUES IN (1, 2);
==== table goes with all that hangs on it
CREATE TABLE g (id serial PRIMARY KEY, a text UNIQUE); CREATE INDEX g_a ON g (lower(a));
CREATE VIEW gv AS SELECT * FROM g; CREATE TABLE h (g integer REFERENCES g);
ALTER TABLE g ENABLE ROW LEVEL SECURITY; CREATE POLICY gp ON g USING (a = CURRENT_USER);
----
CREATE TABLE h (g integer);
==== row security
CREATE TABLE rs (a integer, owner text);
CREATE POLICY p1 ON rs FOR SELECT USING (a > 0); CREATE POLICY p2 ON rs AS RESTRICTIVE USING (true);
----
CREATE TABLE rs (a integer, owner text);
ALTER TABLE rs ENABLE ROW LEVEL SECURITY; ALTER TABLE rs FORCE ROW LEVEL SECURITY;
CREATE POLICY p1 ON rs FOR SELECT USING (a > 1); CREATE POLICY p3 ON rs FOR INSERT TO postgres WITH CHECK (owner = CURRENT_USER);
COMMENT ON POLICY p1 ON rs IS 'x';
==== table becomes partitioned
CREATE TABLE tp (id integer, v text); CREATE INDEX tp_v ON tp (v);
----
CREATE TABLE tp (id integer, v text) PARTITION BY HASH (id); CREATE INDEX tp_v ON tp (v);
CREATE TABLE tp0 PARTITION OF tp FOR VALUES WITH (MODULUS 1, REMAINDER 0);
==== table becomes view
CREATE TABLE base (a integer); CREATE TABLE thing (a integer);
----
CREATE TABLE base (a integer); CREATE VIEW thing AS SELECT a FROM base;
==== statistics objects
CREATE TABLE so (a integer, b integer, c integer); CREATE STATISTICS so_ab ON a, b FROM so;
----
CREATE TABLE so (a integer, b integer, c integer); CREATE STATISTICS so_ab (mcv) ON a, c FROM so;
CREATE STATISTICS so_e ON (a + b), c FROM so; ALTER STATISTICS so_e SET STATISTICS 50; COMMENT ON STATISTICS so_e IS 's';
==== tables with keys to each other come and go
CREATE TABLE other (a integer);
----
CREATE TABLE other (a integer); CREATE TABLE hen (id integer PRIMARY KEY, egg integer); CREATE TABLE egg (id integer PRIMARY KEY, hen integer REFERENCES hen);
ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg; CREATE VIEW both_of AS SELECT hen.id FROM hen JOIN egg ON egg.hen = hen.id;
==== what the index of a key has
CREATE TABLE t (id integer, a integer, b int4range, PRIMARY KEY (id) WITH (fillfactor = 50), UNIQUE (a));
----
CREATE TABLE t (id integer, a integer, b int4range, PRIMARY KEY (id), UNIQUE (a) WITH (fillfactor = 70), EXCLUDE USING gist (b WITH &&) WITH (buffering = on) WHERE (id > 3));
==== names of sixty-three bytes
CREATE TYPE aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123 AS ENUM ('a', 'b'); CREATE TYPE "Üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü" AS ENUM ('a', 'b');
CREATE TABLE zaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123 (a aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123, "Üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü" "Üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü", c integer);
CREATE INDEX gggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjjkkkkkkkkkkllllllllll123 ON zaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123 (c);
----
CREATE TYPE aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123 AS ENUM ('a', 'c'); CREATE TYPE "Üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü" AS ENUM ('a');
CREATE TABLE zaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123 (a aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123, "Üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü" "Üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü", c integer);
CREATE INDEX gggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjjkkkkkkkkkkllllllllll123 ON zaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123 (c DESC);
==== a trigger is switched in one partition alone
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE p (a integer) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (a); CREATE TABLE p22 PARTITION OF p2 FOR VALUES IN (2);
CREATE TRIGGER t AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE p1 DISABLE TRIGGER t;
----
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE p (a integer) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (a); CREATE TABLE p22 PARTITION OF p2 FOR VALUES IN (2);
CREATE TRIGGER t AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE p22 ENABLE ALWAYS TRIGGER t;
==== a key takes the place of the index that others rely on
CREATE TABLE p (id integer, r text, s text, CONSTRAINT p_pkey PRIMARY KEY (id)); CREATE UNIQUE INDEX p_r ON p (r); CREATE UNIQUE INDEX p_s ON p (s);
CREATE TABLE stays (p text REFERENCES p (r), s text REFERENCES p (s)); CREATE TABLE goes (p text REFERENCES p (r));
----
CREATE TABLE p (id integer, r text, s text, CONSTRAINT p_pkey PRIMARY KEY (r)); CREATE UNIQUE INDEX p_s ON p (s) INCLUDE (id);
CREATE TABLE stays (p text REFERENCES p (r), s text REFERENCES p (s)); CREATE TABLE comes (p text REFERENCES p (r));
==== a view needs what comes, and holds what goes
CREATE TYPE pair AS (a integer); CREATE TABLE goes (id integer, c pair); CREATE TABLE stays (id integer, z integer);
CREATE VIEW lower_one AS SELECT id, c FROM goes; CREATE VIEW upper_one AS SELECT stays.id FROM stays JOIN lower_one ON lower_one.id = stays.id;
CREATE VIEW top_one AS SELECT id FROM upper_one;
----
CREATE TYPE pair AS (a integer, b numeric(9,2)); CREATE TABLE stays (id integer, c pair);
CREATE VIEW upper_one AS SELECT id, c FROM stays; CREATE VIEW top_one AS SELECT id FROM upper_one;
==== keys in a circle beside a function of a default
CREATE FUNCTION twice(a integer DEFAULT 1) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a * 2';
CREATE TABLE hen (id integer PRIMARY KEY, egg integer, n integer DEFAULT twice(4)); CREATE TABLE egg (id integer PRIMARY KEY DEFAULT twice(2), hen integer REFERENCES hen);
ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg;
----
CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a * 2';
