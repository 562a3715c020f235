-- 1 hash, 2 number
DELETE FROM idempotency_index WHERE hash = ?1 AND number = ?2;
