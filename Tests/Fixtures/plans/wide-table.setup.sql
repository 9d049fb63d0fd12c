DO $$ BEGIN EXECUTE (SELECT format('CREATE TABLE wide (id int PRIMARY KEY, %s)',
  string_agg(format('c%s int', g), ', ' ORDER BY g)) FROM generate_series(1, 60) g); END $$;
INSERT INTO wide (id, c1, c2, c60) SELECT g, g, g, g FROM generate_series(1, 300) g;
ANALYZE wide;
