create domain code as text not null; create table item(id int primary key, label code, n int); insert into item select i,'l'||i,i from generate_series(1,1000) i;
