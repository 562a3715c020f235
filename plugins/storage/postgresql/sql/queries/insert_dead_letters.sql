-- Messages have become dead letters, perhaps again within one transaction. 1 id, 2 died_at, 3 recipient, 4 reason, 5 class, 6 attempts, 7 replay_count,
-- 8 signature
INSERT INTO dead_letter (id, died_at, recipient, reason, class, attempts, replay_count, signature)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::smallint[], $5::smallint[], $6::integer[],
    $7::integer[], $8::text[])
ON CONFLICT (id) DO UPDATE SET died_at = excluded.died_at, reason = excluded.reason, class = excluded.class,
    attempts = excluded.attempts, replay_count = excluded.replay_count, signature = excluded.signature,
    discarded_at = NULL, discard_reason = NULL;
