-- expect: refused; clients may write rows without a key before the rows are listed
alter table item alter column a drop not null;
update item set n = n + 1;
