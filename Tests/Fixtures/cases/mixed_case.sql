-- expect: equal; mixed case, dots, quotes, reserved words
ALTER TABLE "My.Schema"."Order" ALTER COLUMN "a""b" TYPE bigint, ALTER COLUMN "group" TYPE bigint;
