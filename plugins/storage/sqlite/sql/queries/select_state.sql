-- What a transition has to know. 1 key; primary keys of both tables
SELECT m.id, m.recipient, m.priority, m.created_at, p.key, p.status, p.retry_count, p.push_count, p.due_at,
    p.delivered_at, p.last_retry_at, p.moved_to_dlq_at, p.failure_reason, p.history, m.expires_at, m.deliver_at,
    m.collapse_key, p.failure_class, p.dead_letter_reason, p.replay_count, p.replay_job, p.read_at
FROM message m LEFT JOIN progress p ON p.key = m.key
WHERE m.key = ?1;
