-- expect: equal
do $$ begin create type mood as enum ('good', 'bad'); exception when duplicate_object then null; end $$;
alter table item add column mood mood not null default 'good';
