CREATE SCHEMA "My Schema";
CREATE TABLE "My Schema"."The Table" ("The Id" int PRIMARY KEY, "sel""ect" int NOT NULL);
CREATE INDEX "An Index" ON "My Schema"."The Table" ("sel""ect");
INSERT INTO "My Schema"."The Table" SELECT g, g FROM generate_series(1, 300) g;
ANALYZE;
