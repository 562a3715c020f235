-- Messages are finished. Parameters of finished_given; primary keys
WITH gone AS (DELETE FROM queue WHERE id = ANY ($1::uuid[]))
INSERT INTO finished (id, recipient, status, retry_count, push_count, replay_count, replay_job, last_retry_at,
    failure_class, failure_reason, history, delivered_at, moved_to_dlq_at, read_at, dead_letter_reason)
SELECT * FROM @finished_given@;
