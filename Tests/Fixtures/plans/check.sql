ALTER TABLE item ADD CONSTRAINT priced CHECK (price > 0), ADD CHECK (stock >= 0);
