-- 1 api_key_id, 2 idempotency_key; primary key
SELECT i.api_key_id, i.idempotency_key, i.fingerprint, i.ids, i.created_at
FROM unnest($1::bigint[], $2::text[]) AS g (api_key_id, idempotency_key)
    JOIN idempotency i ON i.api_key_id = g.api_key_id AND i.idempotency_key = g.idempotency_key;
