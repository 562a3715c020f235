-- Expired messages that nobody is being pushed and no other node is claiming, oldest first. 1 now, 2 limit; queue_expiry
SELECT @queue_columns@ FROM queue q
WHERE q.expires_at <= $1 AND (q.status <> 1 OR q.due_at <= $1)
ORDER BY q.expires_at, q.id LIMIT $2 FOR UPDATE SKIP LOCKED;
