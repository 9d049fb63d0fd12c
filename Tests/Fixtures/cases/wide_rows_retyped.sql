-- expect: refused; a client's row with a value in each column fits a page, and not beside a second column
alter table item alter column label type varchar(40) using label::varchar(40);
