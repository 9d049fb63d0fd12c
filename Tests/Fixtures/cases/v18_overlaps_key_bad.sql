-- expect: agreed
-- needs: 18
ALTER TABLE s ADD FOREIGN KEY (k, PERIOD during) REFERENCES t (k, PERIOD during);
