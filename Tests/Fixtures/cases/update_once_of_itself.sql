-- expect: equal
-- djogi:once clients only read it
update item set n = item.n + other.n from item as other where other.id = item.id + 1;
