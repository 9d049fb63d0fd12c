ALTER TABLE visit ALTER id TYPE bigint, ALTER count TYPE bigint;
