ALTER TABLE contract ADD FOREIGN KEY (buyer) REFERENCES organisation,
  ADD FOREIGN KEY (seller) REFERENCES organisation (id);
CREATE TABLE seat (org_id int REFERENCES organisation);
ALTER TABLE seat ADD COLUMN other int REFERENCES organisation;
