-- expect: agreed; refused; column, default, NOT NULL without filling: direct fails
ALTER TABLE item ADD COLUMN st text;
ALTER TABLE item ALTER COLUMN st SET DEFAULT 'new';
ALTER TABLE item ALTER COLUMN st SET NOT NULL;
