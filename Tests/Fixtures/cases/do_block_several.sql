-- expect: equal
do $$ begin
  if not exists (select from information_schema.columns where table_name = 'item' and column_name = 'size') then
    alter table item add column size int not null default 3;
  end if;
  if not exists (select from pg_class where relname = 'item_label') then
    create index item_label on item (label);
  end if;
  begin
    alter table item add constraint item_team foreign key (id) references item (id);
  exception when duplicate_object then null;
  end;
end $$;
