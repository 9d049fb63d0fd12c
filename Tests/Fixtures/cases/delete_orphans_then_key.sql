-- expect: equal
delete from item where not exists (select from team where team.id = item.team_id);
alter table item add constraint item_team foreign key (team_id) references team (id);
