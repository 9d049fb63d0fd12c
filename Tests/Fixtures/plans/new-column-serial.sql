ALTER TABLE item ADD COLUMN number bigserial;
