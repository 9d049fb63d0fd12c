-- expect: equal
alter table item add column team_name text;
update item set team_name = coalesce(team.name, '') from team where team.id = item.team_id;
update item set team_name = 'none' where team_name is null;
alter table item alter column team_name set not null;
