-- expect: equal; understood as a rename and a type change of the renamed column (here a plan; the probe must look at the old name)
alter table item rename column n to amount;
alter table item alter column amount type bigint;
