-- A message as it stands. 1 key; primary keys of both tables
SELECT m.id, m.recipient, m.created_at, m.type, m.priority, m.subject, m.content, m.sender, m.metadata,
    m.idempotency_key, m.api_key_id, m.expires_at, m.deliver_at, m.attachments, ifnull(p.status, 0),
    ifnull(p.retry_count, 0), ifnull(p.push_count, 0), p.due_at, p.delivered_at, p.last_retry_at, p.moved_to_dlq_at,
    p.failure_reason, m.collapse_key, m.conversation, m.edited_from, p.failure_class, p.dead_letter_reason,
    p.replay_count, p.replay_job, p.read_at
FROM message m LEFT JOIN progress p ON p.key = m.key
WHERE m.key = ?1;
