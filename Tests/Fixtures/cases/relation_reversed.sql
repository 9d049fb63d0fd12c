-- expect: equal
alter table item add column team text;
update item set team = team.name from team where team.id = item.team_id;
alter table team drop column name;
create index item_team on item (team);
