-- Messages whose lease or retry time has come and that have not expired, oldest first, without those that another node is
-- claiming. 1 now, 2 limit; queue_due
SELECT @queue_columns@ FROM queue q
WHERE q.due_at <= $1 AND (q.expires_at IS NULL OR q.expires_at > $1)
ORDER BY q.due_at, q.id LIMIT $2 FOR UPDATE SKIP LOCKED;
