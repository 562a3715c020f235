-- Records whose time has ended. 1 now, 2 limit; idempotency_expiry
DELETE FROM idempotency WHERE (api_key_id, idempotency_key) IN (
    SELECT api_key_id, idempotency_key FROM idempotency WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2
    FOR UPDATE SKIP LOCKED);
