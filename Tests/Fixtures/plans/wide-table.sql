ALTER TABLE wide ALTER c1 TYPE bigint, ALTER c2 TYPE bigint, ALTER c3 TYPE bigint, ALTER c4 TYPE bigint,
  ALTER c5 TYPE bigint, ALTER c6 TYPE bigint, ALTER c7 TYPE bigint, ALTER c60 TYPE bigint;
