-- 1 hash, 2 api_key_id, 3 idempotency_key; idempotency_hash
SELECT number, fingerprint, ids, created_at, expires_at
FROM idempotency
WHERE hash = ?1 AND api_key_id = ?2 AND idempotency_key = ?3;
