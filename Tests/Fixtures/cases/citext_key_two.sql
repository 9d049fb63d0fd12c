-- expect: equal; values fall together, and the key has another column that tells them apart
alter table item alter column label type citext;
