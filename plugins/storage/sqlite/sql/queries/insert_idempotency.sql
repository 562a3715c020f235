-- 1 hash, 2 api_key_id, 3 idempotency_key, 4 fingerprint, 5 ids, 6 created_at, 7 number
INSERT INTO idempotency (hash, api_key_id, idempotency_key, fingerprint, ids, created_at, number)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);
