-- expect: equal; rows without a value are not alike
alter table item alter column label type citext;
