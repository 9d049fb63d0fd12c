-- expect: agreed; refused (a direct run fails: already exists)
create index item_ix on item(b);
