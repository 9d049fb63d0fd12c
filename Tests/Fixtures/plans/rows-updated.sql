UPDATE t SET b = NULL WHERE b = '';
UPDATE t SET a = a + 1, b = now()::text;
UPDATE t SET a = u.x FROM u WHERE u.id = t.id;
