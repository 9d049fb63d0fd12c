-- expect: refused; no UPDATE can touch rows that break a check, so that no backfill fills them
alter table item alter column n type bigint;
