-- expect: equal; comment refresh collation
comment on table item is 'x';
grant select on item to public;
alter table item owner to current_user;
analyze item;
