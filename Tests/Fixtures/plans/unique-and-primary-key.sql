ALTER TABLE item ADD PRIMARY KEY (id) INCLUDE (maker);
ALTER TABLE item ADD CONSTRAINT item_code UNIQUE (code) INCLUDE (maker) WITH (fillfactor = 70);
ALTER TABLE item ADD UNIQUE NULLS NOT DISTINCT (label);
ALTER TABLE item ADD UNIQUE (label, code), ADD UNIQUE (code) INCLUDE (label);
