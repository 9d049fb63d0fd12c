-- expect: equal; multi action mix
alter table item drop column label, alter column n set data type bigint, alter column n set default 0, alter column n set not null, add column label jsonb not null default '{}', add constraint item_kind foreign key (n) references kind(id) on delete cascade on update cascade;
drop index item_n;
create unique index item_n_key on item(n);
