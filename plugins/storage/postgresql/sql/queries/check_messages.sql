-- The next messages and their states. 1 id to go on after, 2 limit; primary keys
SELECT m.id, m.created_at, m.deliver_at, q.id IS NOT NULL, f.id IS NOT NULL, coalesce(q.status, f.status, 0), q.due_at,
    f.delivered_at, coalesce(q.last_retry_at, f.last_retry_at), f.moved_to_dlq_at, coalesce(q.history, f.history)
FROM (SELECT id, created_at, deliver_at FROM message WHERE id > $1 ORDER BY id LIMIT $2) m
    LEFT JOIN queue q ON q.id = m.id LEFT JOIN finished f ON f.id = m.id
ORDER BY m.id;
