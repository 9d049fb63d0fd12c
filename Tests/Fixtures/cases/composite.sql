-- expect: equal; composite to composite
ALTER TABLE item ALTER COLUMN p TYPE pair2 USING row((p).a,(p).b)::pair2;
