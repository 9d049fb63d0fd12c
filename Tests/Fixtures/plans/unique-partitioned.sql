ALTER TABLE visit ADD PRIMARY KEY (id, org);
ALTER TABLE visit ADD CONSTRAINT visit_once UNIQUE (org, id) INCLUDE (note) WITH (fillfactor = 80);
