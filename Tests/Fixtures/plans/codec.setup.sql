CREATE SCHEMA codec;
CREATE FUNCTION codec.from_hex(stored text) RETURNS bytea IMMUTABLE LANGUAGE sql
  AS $$ SELECT decode(stored, 'hex') $$;
CREATE FUNCTION codec.to_base64(value bytea, marker text) RETURNS text IMMUTABLE LANGUAGE sql
  AS $$ SELECT marker || encode(value, 'base64') $$;
CREATE TABLE account (id int PRIMARY KEY, secret text NOT NULL, note text);
INSERT INTO account SELECT g, encode(convert_to('secret ' || g, 'UTF8'), 'hex'), 'n'
  FROM generate_series(1, 400) g;
CREATE INDEX account_secret ON account (secret);
ANALYZE account;
