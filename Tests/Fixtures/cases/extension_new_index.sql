-- expect: equal; the extension first, then the index
create extension pg_trgm;
create index item_trgm on item using gin (label gin_trgm_ops);
