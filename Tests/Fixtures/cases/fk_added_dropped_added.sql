-- expect: equal; (two migrations squashed into one), or refused by plan
alter table item add constraint item_kind foreign key (n) references kind(id) on delete cascade;
alter table item drop constraint item_kind;
alter table item add constraint item_kind foreign key (n) references kind(id) on delete set null;
