ALTER TABLE reading ALTER sensor TYPE bigint, ALTER value TYPE text;
