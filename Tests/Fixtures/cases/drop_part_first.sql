-- expect: equal; partition dropped first, then a check that its rows violate
DROP TABLE p1;
ALTER TABLE p ADD CONSTRAINT ck CHECK (d >= '2024-07-01');
