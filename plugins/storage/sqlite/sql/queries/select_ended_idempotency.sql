-- Records whose time has ended. 1 now, 2 limit; idempotency_expiry
SELECT hash, number FROM idempotency WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2;
