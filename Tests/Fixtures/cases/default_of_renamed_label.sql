-- expect: equal; the default names a label and a function that have other names later
CREATE VIEW v AS SELECT id FROM item;
ALTER TABLE item ALTER COLUMN state TYPE text;
ALTER TABLE item ALTER COLUMN n TYPE bigint;
ALTER TYPE state RENAME VALUE 'new' TO 'fresh';
ALTER FUNCTION first_label() RENAME TO initial_label;
ALTER TABLE item RENAME COLUMN id TO nr;
UPDATE item SET m = 1 WHERE m IS DISTINCT FROM 1;
