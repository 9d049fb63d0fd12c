-- expect: equal; the same with a trigger UPDATE OF
DROP TRIGGER tg ON item;
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
CREATE TRIGGER tg BEFORE UPDATE OF amount ON item FOR EACH ROW EXECUTE FUNCTION f();
