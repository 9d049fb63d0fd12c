-- expect: equal
delete from item as a using item as b where a.id < b.id and a.team_id = b.team_id;
create unique index item_team on item (team_id);
