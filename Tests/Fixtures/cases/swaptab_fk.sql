-- expect: agreed; direct fails (orphans in the new p); referenced tables exchange names, then a foreign key
ALTER TABLE p RENAME TO p_old;
ALTER TABLE p2 RENAME TO p;
ALTER TABLE item ADD CONSTRAINT fk FOREIGN KEY (qty) REFERENCES p(id);
