-- 1 key
DELETE FROM dead_letter WHERE key = ?1;
