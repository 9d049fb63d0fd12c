-- expect: equal; should not silently scan a large table under a lock; ALTER DOMAIN ADD CONSTRAINT scans every table under SHARE lock
ALTER DOMAIN cents ADD CONSTRAINT pos CHECK (value>0);
