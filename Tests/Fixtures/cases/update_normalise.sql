-- expect: equal; as chunked backfill: same row only, idempotent condition
update item set label = null where label = '';
alter table item add constraint label_not_empty check (label <> '');
