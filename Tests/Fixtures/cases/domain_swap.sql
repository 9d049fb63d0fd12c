-- expect: equal; or refused: the new d1 has a check, so the rows are scanned / rewritten
alter domain d1 rename to d1_old;
alter domain d2 rename to d1;
alter table big alter column n type d1;
