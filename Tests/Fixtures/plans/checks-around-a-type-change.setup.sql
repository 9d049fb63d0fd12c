CREATE TABLE item (id int PRIMARY KEY, price int, stock int, CONSTRAINT gone CHECK (price > -5),
  CONSTRAINT kept CHECK (price < 100000), CONSTRAINT again CHECK (price + stock > 0));
INSERT INTO item SELECT g, g, g FROM generate_series(1, 300) g;
ANALYZE item;
