-- What the events of a message say. 1 key, 2 status, 3 due_at, 4 delivered_at, 5 last_retry_at, 6 moved_to_dlq_at
UPDATE progress SET status = ?2, due_at = ?3, delivered_at = ?4, last_retry_at = ?5, moved_to_dlq_at = ?6 WHERE key = ?1;
