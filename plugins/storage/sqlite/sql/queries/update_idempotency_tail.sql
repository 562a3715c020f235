-- 1 watermark
UPDATE idempotency_tail SET watermark = ?1;
