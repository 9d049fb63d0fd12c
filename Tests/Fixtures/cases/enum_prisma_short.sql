-- expect: equal; (only a new enum and the change of type)
create type mood_new as enum ('a','b');
alter table item alter column m drop default;
alter table item alter column m type mood_new using (m::text::mood_new);
