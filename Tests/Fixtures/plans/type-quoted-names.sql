ALTER TABLE "My Schema"."The Table" ALTER COLUMN "sel""ect" TYPE numeric(20,2);
