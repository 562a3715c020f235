-- A message has become a dead letter.
-- 1 key, 2 died_at, 3 reason, 4 class, 5 attempts, 6 recipient, 7 signature
INSERT INTO dead_letter (key, died_at, reason, class, attempts, recipient, signature, replay_count, replay_job)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0)
ON CONFLICT (key) DO UPDATE SET died_at = excluded.died_at, reason = excluded.reason, class = excluded.class,
    attempts = excluded.attempts, signature = excluded.signature, discarded_at = NULL, discard_reason = NULL;
