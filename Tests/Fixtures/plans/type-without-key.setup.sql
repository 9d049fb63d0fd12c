CREATE TABLE reading (sensor int, value int);
INSERT INTO reading SELECT g % 3, g % 5 FROM generate_series(1, 300) g;
ANALYZE reading;
