-- expect: equal; function new index
create function norm(text) returns text immutable language plpgsql as $$ begin return upper($1); end $$;
create index item_norm on item (norm(label));
