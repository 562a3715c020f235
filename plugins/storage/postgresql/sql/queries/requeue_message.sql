-- A message without any state is pending as it was accepted. 1 id; primary keys
INSERT INTO queue (id, recipient, created_at, expires_at, deliver_at, due_at, replay_job, node, rank, status,
    retry_count, push_count, replay_count, failure_class, collapse_key)
SELECT id, recipient, created_at, expires_at, deliver_at, CASE WHEN deliver_at > created_at THEN deliver_at END, 0, node,
    3 - priority, 0, 0, 0, 0, 0, collapse_key
FROM message m
WHERE id = $1::uuid AND NOT EXISTS (SELECT 1 FROM finished f WHERE f.id = $1::uuid)
ON CONFLICT (id) DO NOTHING;
