-- Discarded before a time. 1 time, 2 limit; dead_letter_discarded
SELECT id FROM dead_letter WHERE discarded_at < $1 ORDER BY discarded_at LIMIT $2 FOR UPDATE SKIP LOCKED;
