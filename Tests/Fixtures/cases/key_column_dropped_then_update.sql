-- expect: refused; the key goes with its column, and no list of rows can be kept by it
alter table item drop column a;
update item set n = n + 1;
