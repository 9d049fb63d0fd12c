-- expect: refused; rows that clients write between both statements would be deleted and never archived
insert into archive select * from item where n > 500;
delete from item where n > 500;
