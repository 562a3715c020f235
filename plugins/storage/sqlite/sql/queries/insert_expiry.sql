-- 1 expires_at, 2 key
INSERT INTO expiry VALUES (?1, ?2);
