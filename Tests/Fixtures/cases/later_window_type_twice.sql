-- expect: equal; a column changes its type in two windows
alter table lines alter column no type bigint using no * 10;
comment on column lines.order_id is 'said again';
alter table lines alter column no type text;
alter table lines alter column sku type varchar(50);
