-- expect: equal; it reads them through a view of the file
-- setup: RandomDatabase
CREATE VIEW vv AS SELECT id, qty FROM orders;
UPDATE orders SET qty = 77 WHERE qty IS DISTINCT FROM 77;
CREATE MATERIALIZED VIEW m13 AS SELECT qty, count(*) FROM vv GROUP BY 1;
