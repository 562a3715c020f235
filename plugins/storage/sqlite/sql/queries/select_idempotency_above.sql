-- 1 watermark; primary key
SELECT hash, number FROM idempotency WHERE number > ?1 ORDER BY number;
