-- expect: equal
with most as (select team_id, max(n) as n from item group by team_id)
update team set name = name || most.n from most where most.team_id = team.id;
with gone as (select id from team where name like '%9%') delete from seen using gone where gone.id = seen.item_id;
