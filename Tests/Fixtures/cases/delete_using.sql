-- expect: equal
delete from item as i using team as t where t.id = i.team_id and t.name like '%1';
