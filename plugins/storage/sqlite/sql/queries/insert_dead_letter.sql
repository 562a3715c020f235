-- A message has become a dead letter, unless that is known.
-- 1 key, 2 died_at, 3 reason, 4 class, 5 attempts, 6 recipient, 7 signature, 8 replay_count
INSERT INTO dead_letter (key, died_at, reason, class, attempts, recipient, signature, replay_count)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING;
