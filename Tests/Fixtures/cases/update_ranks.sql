-- expect: equal
update item set n = (select count(*) from item as other where other.team_id = item.team_id and other.id <= item.id);
