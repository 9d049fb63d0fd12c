-- expect: equal
update item set n = n + 1, label = upper(label);
