-- expect: equal; a seed row that the foreign key after it needs
INSERT INTO p(id,n) VALUES (99,'last');
ALTER TABLE item ADD CONSTRAINT fk FOREIGN KEY (qty) REFERENCES p(id);
