-- expect: equal; a trigger and a policy over the new column
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
CREATE TRIGGER tg BEFORE UPDATE OF amount ON item FOR EACH ROW WHEN (new.amount > 5000000000) EXECUTE FUNCTION f();
CREATE POLICY p ON item USING (amount > 0);
