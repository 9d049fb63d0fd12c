CREATE TABLE organisation (id int PRIMARY KEY);
CREATE TABLE contract (org int REFERENCES organisation);
CREATE TABLE seat (org int REFERENCES organisation);
CREATE TABLE badge (org int REFERENCES organisation);
CREATE TABLE visit (org int, CONSTRAINT "odd ""name" FOREIGN KEY (org) REFERENCES organisation NOT VALID);
