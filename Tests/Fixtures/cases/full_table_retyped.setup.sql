do $$ begin execute (select 'create table item (id int primary key, ' || string_agg('c' || g || ' int', ', ') || ')' from generate_series(1, 1599) g); end $$;
insert into item (id, c1) select g, g from generate_series(1, 1000) g;
