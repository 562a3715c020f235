-- 1 key; columns as in list_dead_letters
SELECT key, died_at, reason, class, signature, discarded_at, discard_reason FROM dead_letter WHERE key = ?1;
