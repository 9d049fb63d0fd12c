do $$ begin execute (select 'create table item (id int primary key, label text, ' || string_agg('c' || g || ' bigint', ', ') || ')' from generate_series(1, 1012) g); end $$;
insert into item (id, label) select g, g from generate_series(1, 1000) g;
