-- expect: equal; int4range to int8range with gist index
ALTER TABLE item ALTER COLUMN r TYPE int8range USING int8range(lower(r),upper(r));
