DROP TABLE organisation CASCADE;
