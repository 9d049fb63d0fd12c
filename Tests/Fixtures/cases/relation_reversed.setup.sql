create table team (id int primary key, name text not null);
insert into team select g, 'team ' || g from generate_series(1, 60) g;
create table item (id int primary key, team_id int, n int not null default 0, label text);
insert into item select g, g % 80, g, 'l' || g from generate_series(1, 660) g;
create table seen (item_id int not null unique, note text);
insert into seen select g, 'old' from generate_series(1, 20) g;
analyze;
