-- expect: equal; the same with a materialized view
DROP MATERIALIZED VIEW v;
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
CREATE MATERIALIZED VIEW v AS SELECT id, amount FROM item;
CREATE UNIQUE INDEX v_id_idx ON v(id);
