-- 1 hash; primary key
SELECT number FROM idempotency_index WHERE hash = ?1;
