CREATE TABLE account (id int PRIMARY KEY, name text);
CREATE TABLE entry (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account int REFERENCES account (id), amount int NOT NULL DEFAULT 7,
  code varchar(9) UNIQUE, CONSTRAINT amount_low CHECK (amount < 1000000)
);
CREATE INDEX entry_amount ON entry (amount);
CREATE TABLE line (entry int REFERENCES entry (id), n int);
CREATE VIEW totals AS SELECT account, count(*) FROM entry GROUP BY account;
COMMENT ON COLUMN entry.amount IS 'in cents';
INSERT INTO account SELECT g, 'a' || g FROM generate_series(1, 50) AS g;
INSERT INTO entry (account, amount, code) SELECT 1 + g % 50, g, 'c' || g FROM generate_series(1, 3000) AS g;
INSERT INTO line SELECT g, g FROM generate_series(1, 3000) AS g;
