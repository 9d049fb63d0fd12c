-- expect: equal; a sequence's value can be set
create sequence sq owned by item.n;
select setval('sq', (select max(n) from item));
alter table item alter column n set default nextval('sq');
