-- expect: equal; the pattern in which an enum loses a value
begin;
create type mood_new as enum ('a','b');
alter table item alter column m drop default;
alter table item alter column m type mood_new using (m::text::mood_new);
alter type mood rename to mood_old;
alter type mood_new rename to mood;
drop type mood_old;
alter table item alter column m set default 'b';
commit;
