-- expect: equal; the same with a policy
DROP POLICY p ON item;
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
CREATE POLICY p ON item FOR SELECT USING (amount>0);
