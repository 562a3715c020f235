-- What readMessage reads.
m.id, m.recipient, m.created_at, m.type, m.priority, m.subject, m.content, m.sender, m.metadata, m.idempotency_key,
m.api_key_id, m.expires_at, m.deliver_at, m.attachments, m.collapse_key, m.conversation, m.edited_from,
coalesce(q.status, f.status, 0), coalesce(q.retry_count, f.retry_count, 0), coalesce(q.push_count, f.push_count, 0),
q.due_at, f.delivered_at, coalesce(q.last_retry_at, f.last_retry_at), f.moved_to_dlq_at,
coalesce(q.failure_reason, f.failure_reason), coalesce(q.failure_class, f.failure_class, 0), f.dead_letter_reason,
coalesce(q.replay_count, f.replay_count, 0), coalesce(q.replay_job, f.replay_job, 0), f.read_at
