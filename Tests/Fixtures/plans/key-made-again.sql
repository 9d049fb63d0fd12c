ALTER TABLE contract DROP CONSTRAINT contract_org;
ALTER TABLE organisation ALTER id TYPE bigint;
ALTER TABLE contract ALTER org TYPE bigint;
ALTER TABLE contract ADD CONSTRAINT contract_org
  FOREIGN KEY (org) REFERENCES organisation (id) ON DELETE SET NULL;
