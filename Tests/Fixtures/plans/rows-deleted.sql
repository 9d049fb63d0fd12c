DELETE FROM t WHERE b = '';
DELETE FROM t AS r USING u WHERE r.id = u.id AND (u.x > 50 OR r.a < 3);
