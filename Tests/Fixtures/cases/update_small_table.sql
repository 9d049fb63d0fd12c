-- expect: equal; no plan needed: three rows
update conf set mode = 1 where label = 'c2';
