-- expect: equal
-- needs: 18
CREATE TABLE n (k int4range, during daterange, PRIMARY KEY (k, during WITHOUT OVERLAPS));
CREATE TABLE m (k int4range, during daterange, FOREIGN KEY (k, PERIOD during) REFERENCES n (k, PERIOD during));
