SELECT watermark FROM idempotency_tail;
