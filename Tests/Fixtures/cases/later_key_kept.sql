-- expect: equal; referenced tables exchange names first, and every row finds its own
alter table kind rename to kind_old;
alter table kind2 rename to kind;
alter table item add constraint item_kind foreign key (n) references kind(id);
