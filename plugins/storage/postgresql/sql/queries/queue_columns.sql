-- What MessageStates::addQueued reads.
q.id, q.recipient, q.created_at, q.expires_at, q.deliver_at, q.due_at, q.node, q.rank, q.collapse_key, q.status,
q.retry_count, q.push_count, q.replay_count, q.replay_job, q.last_retry_at, q.failure_class, q.failure_reason, q.history
