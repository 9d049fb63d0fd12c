-- expect: equal; or refused, since ADD COLUMN rewrites the table (direct: yes); must not be run by apply as if it were quick
create or replace function g() returns int volatile language plpgsql as $$ begin return 2; end $$;
alter table item add column m int not null default g();
