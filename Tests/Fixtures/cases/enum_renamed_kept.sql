-- expect: equal; m has the new type mood (labels a, b), not mood_old
alter type mood rename to mood_old;
create type mood as enum ('a','b');
alter table item alter column m drop default;
alter table item alter column m type mood using m::text::mood;
