-- expect: equal; col recreated one stmt type
alter table item drop column label, add column label jsonb, alter column n type bigint;
