ALTER TABLE u ALTER COLUMN token TYPE int USING token::int;
