-- expect: equal; varchar to char(12) pads
ALTER TABLE item ALTER COLUMN code TYPE char(12);
