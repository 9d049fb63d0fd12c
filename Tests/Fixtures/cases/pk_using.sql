-- expect: equal; primary key USING INDEX
ALTER TABLE item ADD CONSTRAINT item_pkey PRIMARY KEY USING INDEX pki;
