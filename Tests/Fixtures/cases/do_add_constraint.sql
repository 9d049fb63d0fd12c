-- expect: equal
do $$
begin
  if not exists (select 1 from pg_constraint where conname = 'item_n_positive') then
    alter table item add constraint item_n_positive check (n > 0);
  end if;
  end
$$ language plpgsql;
do $$ begin
  if not exists (select 1 from information_schema.columns where table_name = 'item' and column_name = 'label') then
    alter table item add column label int;
  end if;
end $$;
