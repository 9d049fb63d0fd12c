INSERT INTO u (id, x) SELECT a, max(id) FROM t GROUP BY a ON CONFLICT (id) DO UPDATE SET x = excluded.x;
