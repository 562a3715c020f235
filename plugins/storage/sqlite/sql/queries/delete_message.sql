-- 1 key
DELETE FROM message WHERE key = ?1;
