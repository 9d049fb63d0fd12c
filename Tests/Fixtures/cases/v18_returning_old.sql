-- expect: equal
-- needs: 18
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql BEGIN ATOMIC UPDATE t SET b = 'x' WHERE id = 1 RETURNING old.a; END;
