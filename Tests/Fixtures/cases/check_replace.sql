-- expect: equal; check replaced under the same name
ALTER TABLE item DROP CONSTRAINT ck;
ALTER TABLE item ADD CONSTRAINT ck CHECK (qty>=0 AND qty<1000);
