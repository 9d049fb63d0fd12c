-- expect: equal; text search configuration exchanged, then an index
ALTER TEXT SEARCH CONFIGURATION mycfg RENAME TO mycfg_old;
CREATE TEXT SEARCH CONFIGURATION mycfg (COPY=english);
CREATE INDEX ix ON item USING gin (to_tsvector('mycfg', note));
