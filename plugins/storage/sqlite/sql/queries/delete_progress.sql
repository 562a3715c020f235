-- 1 key
DELETE FROM progress WHERE key = ?1;
