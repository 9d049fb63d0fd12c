-- expect: equal; type then rename
alter table item alter column n type bigint;
alter table item rename column n to amount;
create index item_amount on item(amount);
