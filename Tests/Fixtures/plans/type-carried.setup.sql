CREATE TABLE rate (id int PRIMARY KEY, factor bigint UNIQUE);
INSERT INTO rate SELECT g, g FROM generate_series(0, 99) g;
CREATE SEQUENCE invoice_amount_seq;
CREATE TABLE invoice (id int PRIMARY KEY, amount int NOT NULL DEFAULT nextval('invoice_amount_seq'),
  line int, note text,
  CONSTRAINT amount_positive CHECK (amount >= 0),
  CONSTRAINT amount_and_line CHECK (amount + line >= 0) NOT VALID,
  CONSTRAINT amount_rate FOREIGN KEY (amount) REFERENCES rate (factor) ON DELETE CASCADE,
  CONSTRAINT amount_line_key UNIQUE (amount, line));
ALTER SEQUENCE invoice_amount_seq OWNED BY invoice.amount;
COMMENT ON COLUMN invoice.amount IS 'in cents; it''s "quoted"';
COMMENT ON CONSTRAINT amount_positive ON invoice IS 'never below zero';
ALTER TABLE invoice ALTER amount SET STATISTICS 321;
ALTER TABLE invoice ALTER amount SET (n_distinct = 50);
CREATE INDEX invoice_amount_idx ON invoice (amount DESC NULLS LAST) INCLUDE (note);
CREATE INDEX invoice_partial_idx ON invoice (line) WHERE amount > 10;
CREATE INDEX invoice_expr_idx ON invoice ((amount * 2), lower(note));
CREATE INDEX invoice_hash_idx ON invoice USING hash (amount);
COMMENT ON INDEX invoice_amount_idx IS 'for reports';
CREATE STATISTICS invoice_stats (ndistinct, dependencies) ON amount, line FROM invoice;
COMMENT ON STATISTICS invoice_stats IS 'they go together';
GRANT SELECT (amount), UPDATE (amount) ON invoice TO PUBLIC;
INSERT INTO invoice SELECT g, g % 100, g, 'n' || g FROM generate_series(1, 500) g;
ANALYZE;
