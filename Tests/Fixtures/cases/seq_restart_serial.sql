-- expect: equal; serial, then its sequence restarted
ALTER TABLE item ADD COLUMN s bigserial;
ALTER SEQUENCE item_s_seq RESTART WITH 100000;
