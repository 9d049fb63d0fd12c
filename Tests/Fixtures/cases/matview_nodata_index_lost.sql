-- expect: equal; the new view has its unique index at the end (direct run: yes)
drop materialized view item_mv;
create materialized view item_mv as select id, upper(label) as label from item with no data;
create unique index item_mv_id on item_mv (id);
