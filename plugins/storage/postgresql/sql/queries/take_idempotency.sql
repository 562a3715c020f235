-- Takes keys that are free or whose record has ended, waiting for others who are about to. Gives those that were taken.
-- 1 api_key_id, 2 idempotency_key, 3 fingerprint, 4 ids (each as text), 5 created_at, 6 expires_at; primary key
INSERT INTO idempotency (api_key_id, idempotency_key, fingerprint, ids, created_at, expires_at)
SELECT g.api_key_id, g.idempotency_key, g.fingerprint, g.ids::uuid[], g.created_at, g.expires_at
FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::text[], $5::bigint[], $6::bigint[])
    AS g (api_key_id, idempotency_key, fingerprint, ids, created_at, expires_at)
ON CONFLICT (api_key_id, idempotency_key) DO UPDATE SET fingerprint = excluded.fingerprint, ids = excluded.ids,
    created_at = excluded.created_at, expires_at = excluded.expires_at
WHERE idempotency.expires_at <= excluded.created_at
RETURNING api_key_id, idempotency_key;
