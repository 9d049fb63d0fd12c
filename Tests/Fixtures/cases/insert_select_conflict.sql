-- expect: equal
insert into seen (item_id, note) select id, label from item where n > 5 on conflict (item_id) do nothing;
