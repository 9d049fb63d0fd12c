-- expect: equal; numeric NaN and infinities
ALTER TABLE item ALTER COLUMN n TYPE double precision;
ALTER TABLE item ALTER COLUMN price TYPE numeric(12,4);
