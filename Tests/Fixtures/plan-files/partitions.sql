ALTER TABLE event ALTER COLUMN size TYPE text USING 's' || size;
CREATE INDEX event_day ON event (day);
ALTER TABLE event ADD CONSTRAINT event_id CHECK (id > 0);
