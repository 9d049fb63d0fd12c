-- expect: equal; tables exchange names then type change
ALTER TABLE item RENAME TO item_old;
ALTER TABLE item2 RENAME TO item;
ALTER TABLE item ALTER COLUMN amount TYPE bigint;
