-- expect: agreed; the default partition holds rows of the new one
ALTER TABLE part ATTACH PARTITION old FOR VALUES IN ('x','a');
