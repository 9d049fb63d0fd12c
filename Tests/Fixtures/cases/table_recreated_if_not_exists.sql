-- expect: equal; end as a direct run, or a refusal
drop table if exists item cascade;
create table if not exists item(id bigint primary key, label text);
create index if not exists item_label on item(label);
