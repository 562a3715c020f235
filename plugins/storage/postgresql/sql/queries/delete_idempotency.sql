-- 1 api_key_id, 2 idempotency_key; primary key
DELETE FROM idempotency i USING unnest($1::bigint[], $2::text[]) AS g (api_key_id, idempotency_key)
WHERE i.api_key_id = g.api_key_id AND i.idempotency_key = g.idempotency_key;
