-- expect: equal; real -0, NaN, inf to double
ALTER TABLE item ALTER COLUMN f TYPE double precision;
