-- expect: equal; another schema, names that need quotes, columns in another order and a dropped one
ALTER TABLE app.part ATTACH PARTITION "Old Data"."Table" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
