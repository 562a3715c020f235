-- 1 watermark; primary key
SELECT number, hash FROM idempotency WHERE number > ?1 ORDER BY number;
