-- Stores a later change of a message. Parameters as in insert_progress (2 is not used); primary key
UPDATE progress SET status = ?3, retry_count = ?4, push_count = ?5, due_at = ?6, delivered_at = ?7, last_retry_at = ?8,
    moved_to_dlq_at = ?9, failure_reason = ?10, history = ?11, failure_class = ?12,
    dead_letter_reason = ?13, replay_count = ?14, replay_job = ?15, read_at = ?16
WHERE key = ?1;
