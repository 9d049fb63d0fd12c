-- expect: equal; the other order
alter type mood rename to mood_old;
create type mood as enum ('a','b');
alter table item alter column m drop default;
alter table item alter column m type mood using m::text::mood;
alter table item alter column m set default 'b';
drop type mood_old;
