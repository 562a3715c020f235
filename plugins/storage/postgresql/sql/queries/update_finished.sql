-- Stores changes of finished messages. Parameters of finished_given; primary key
UPDATE finished f SET status = g.status, retry_count = g.retry_count, push_count = g.push_count,
    replay_count = g.replay_count, replay_job = g.replay_job, last_retry_at = g.last_retry_at,
    failure_class = g.failure_class, failure_reason = g.failure_reason, history = g.history,
    delivered_at = g.delivered_at, moved_to_dlq_at = g.moved_to_dlq_at, read_at = g.read_at,
    dead_letter_reason = g.dead_letter_reason
FROM @finished_given@
WHERE f.id = g.id AND f.id = ANY ($1::uuid[]);
