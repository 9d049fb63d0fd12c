-- expect: equal; enum value renamed, then used by a conversion
ALTER TYPE st RENAME VALUE 'a' TO 'x';
ALTER TABLE item ALTER COLUMN s TYPE st USING (case s when 'a' then 'x' else 'b' end)::st;
