-- expect: equal
insert into team (id, name) select 1000 + team_id, count(*)::text from item group by team_id;
delete from team where name = '8';
