-- expect: equal; function new using
create function conv(int) returns bigint immutable language plpgsql as $$ begin return $1 * 10; end $$;
alter table item alter column n type bigint using conv(n);
