ALTER TABLE account ALTER COLUMN secret TYPE text
  USING codec.to_base64(codec.from_hex(secret), 'v2:');
