/// A table that wears everything a table can wear, with names that need quotes.
let dressedTable = """
  CREATE SCHEMA "Odd Schema";
  CREATE ROLE "auditor_%SUFFIX%";
  CREATE TABLE "Odd Schema"."Group" (id int PRIMARY KEY);
  CREATE TABLE "Odd Schema"."Order" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "Label" varchar(20) COLLATE "C" NOT NULL DEFAULT lower('X'),
    amount numeric(10,2), doubled numeric GENERATED ALWAYS AS (amount * 2) STORED,
    body text, number int, group_id int, span int4range, gone int, n serial,
    CONSTRAINT to_group FOREIGN KEY (group_id) REFERENCES "Odd Schema"."Group" DEFERRABLE
      INITIALLY DEFERRED,
    CONSTRAINT no_overlap EXCLUDE USING gist (span WITH &&)
  );
  ALTER TABLE "Odd Schema"."Order" ADD CONSTRAINT "Label is short"
    CHECK (length("Label") < 10) NOT VALID;
  ALTER TABLE "Odd Schema"."Order" DROP COLUMN gone;
  ALTER TABLE "Odd Schema"."Order" ALTER body SET STORAGE EXTERNAL;
  ALTER TABLE "Odd Schema"."Order" ALTER body SET COMPRESSION pglz;
  ALTER TABLE "Odd Schema"."Order" ALTER number SET STATISTICS 77;
  ALTER TABLE "Odd Schema"."Order" ALTER number SET (n_distinct = 5);
  COMMENT ON COLUMN "Odd Schema"."Order".number IS 'how many';
  COMMENT ON CONSTRAINT to_group ON "Odd Schema"."Order" IS 'its group';
  CREATE SEQUENCE "Odd Schema".own OWNED BY "Odd Schema"."Order".number;
  GRANT SELECT (number), UPDATE (number) ON "Odd Schema"."Order" TO "auditor_%SUFFIX%"
    WITH GRANT OPTION;
  GRANT SELECT (number) ON "Odd Schema"."Order" TO PUBLIC;
  CREATE UNIQUE INDEX "Order by number" ON "Odd Schema"."Order" (number) INCLUDE (amount)
    WHERE group_id > 0;
  CREATE INDEX by_expression ON "Odd Schema"."Order" (lower(body), (amount + number));
  ALTER INDEX "Odd Schema".by_expression ALTER COLUMN 2 SET STATISTICS 50;
  COMMENT ON INDEX "Odd Schema".by_expression IS 'slow';
  ALTER TABLE "Odd Schema"."Order" CLUSTER ON by_expression;
  CREATE STATISTICS "Odd Schema".st ON number, (amount * 2) FROM "Odd Schema"."Order";
  ALTER STATISTICS "Odd Schema".st SET STATISTICS 33;
  COMMENT ON STATISTICS "Odd Schema".st IS 'pairs';
  CREATE FUNCTION "Odd Schema".nothing() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RETURN new; END $$;
  CREATE TRIGGER watch BEFORE UPDATE OF number ON "Odd Schema"."Order" FOR EACH ROW
    WHEN (old.amount > 0) EXECUTE FUNCTION "Odd Schema".nothing();
  CREATE TRIGGER fill BEFORE INSERT ON "Odd Schema"."Order" FOR EACH ROW
    EXECUTE FUNCTION "Odd Schema".nothing();
  ALTER TABLE "Odd Schema"."Order" DISABLE TRIGGER fill;
  CREATE VIEW "Odd Schema".seen AS SELECT id, number FROM "Odd Schema"."Order";
  CREATE MATERIALIZED VIEW "Odd Schema".kept AS SELECT amount FROM "Odd Schema"."Order";
  CREATE RULE keep AS ON DELETE TO "Odd Schema"."Order" WHERE old.number > 0 DO INSTEAD NOTHING;
  CREATE POLICY mine ON "Odd Schema"."Order" USING (number > 0);
  CREATE FUNCTION "Odd Schema".total() RETURNS numeric LANGUAGE sql
    BEGIN ATOMIC SELECT sum(amount) FROM "Odd Schema"."Order"; END;
  CREATE PUBLICATION "listed_%SUFFIX%" FOR TABLE "Odd Schema"."Order" (id, number);
  CREATE PUBLICATION "filtered_%SUFFIX%" FOR TABLE "Odd Schema"."Order" WHERE (number > 3);
  CREATE PUBLICATION "whole_%SUFFIX%" FOR TABLE "Odd Schema"."Order";
  CREATE TABLE "Odd Schema".line (
    order_id bigint CONSTRAINT of_order REFERENCES "Odd Schema"."Order" ON DELETE CASCADE);
  ALTER TABLE "Odd Schema"."Order" ADD COLUMN parent bigint
    CONSTRAINT of_itself REFERENCES "Odd Schema"."Order";
  """

/// A partitioned table of two levels, with a foreign key to it and one from it.
let partitionedTable = """
  CREATE TABLE target (id int PRIMARY KEY);
  CREATE TABLE parted (id int, at date, v text, w text) PARTITION BY RANGE (w, lower(v));
  CREATE TABLE plain (id int, at date, v text, target_id int REFERENCES target,
    PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE plain_1 PARTITION OF plain FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
  CREATE TABLE plain_2 PARTITION OF plain FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')
    PARTITION BY LIST (id);
  CREATE TABLE plain_2_7 PARTITION OF plain_2 FOR VALUES IN (7);
  CREATE INDEX plain_v ON plain (v);
  CREATE TABLE child (id int, at date, FOREIGN KEY (id, at) REFERENCES plain);
  INSERT INTO plain VALUES (7, '2021-05-05', 'x', NULL);
  CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
  CREATE TRIGGER watch BEFORE UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION nothing();
  """
