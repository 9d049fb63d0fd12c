-- expect: equal; a harmless query does not refuse the file
select 1;
alter table item add column k int;
