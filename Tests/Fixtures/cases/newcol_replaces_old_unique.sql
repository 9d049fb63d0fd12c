-- expect: agreed; the unique constraint is on the new n (direct: fails for duplicates 'x'); must not end on the old n
alter table item add column n_new text not null default 'x';
alter table item drop column n;
alter table item rename column n_new to n;
alter table item add constraint item_n_u unique (n);
