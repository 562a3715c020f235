-- 1 number, 2 api_key_id, 3 idempotency_key; primary key
SELECT fingerprint, ids, created_at
FROM idempotency
WHERE number = ?1 AND api_key_id = ?2 AND idempotency_key = ?3;
