-- expect: equal; or refused: ALTER DOMAIN ADD CONSTRAINT scans every table that uses the domain under a lock
alter domain pos add constraint pos_c check (value > 0);
