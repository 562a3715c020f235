-- Finished messages with what a replay has to know, locked. 1 ids; primary keys
SELECT f.id, f.recipient, m.created_at, m.expires_at, m.deliver_at, m.priority, m.collapse_key, f.delivered_at,
    f.moved_to_dlq_at, f.read_at, f.dead_letter_reason, f.status, f.retry_count, f.push_count, f.replay_count,
    f.replay_job, f.last_retry_at, f.failure_class, f.failure_reason, f.history
FROM finished f JOIN message m ON m.id = f.id
WHERE f.id = ANY ($1::uuid[]) AND m.id = ANY ($1::uuid[])
ORDER BY f.id FOR UPDATE OF f;
