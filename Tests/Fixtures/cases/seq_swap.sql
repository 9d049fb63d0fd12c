-- expect: equal; sequence restarted before a volatile default
ALTER SEQUENCE sq RESTART WITH 5000;
ALTER TABLE item ADD COLUMN n bigint NOT NULL DEFAULT nextval('sq');
