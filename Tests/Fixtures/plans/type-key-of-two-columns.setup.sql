CREATE TABLE member (tenant int, id int, mate int, PRIMARY KEY (tenant, id));
CREATE TABLE badge (tenant int, id int UNIQUE, owner int,
  FOREIGN KEY (tenant, owner) REFERENCES member (tenant, id));
INSERT INTO member SELECT g % 3, g, g FROM generate_series(1, 300) g;
INSERT INTO badge SELECT g % 3, g, g FROM generate_series(1, 300) g;
ALTER TABLE member ADD CONSTRAINT member_mate FOREIGN KEY (mate) REFERENCES badge (id);
ANALYZE;
