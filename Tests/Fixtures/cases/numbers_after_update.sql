-- expect: refused; the numbers follow the stored order, which the update in batches changes
update orders set amount = null;
alter table orders add column no bigint default nextval('ticket');
