-- 1 expires_at, 2 key; primary key
DELETE FROM expiry WHERE expires_at = ?1 AND key = ?2;
