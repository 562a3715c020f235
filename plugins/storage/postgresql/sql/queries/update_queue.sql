-- Stores changes of unfinished messages. Parameters of queue_given; primary key
UPDATE queue q SET status = g.status, retry_count = g.retry_count, push_count = g.push_count,
    replay_count = g.replay_count, replay_job = g.replay_job, last_retry_at = g.last_retry_at,
    failure_class = g.failure_class, failure_reason = g.failure_reason, history = g.history, expires_at = g.expires_at,
    deliver_at = g.deliver_at, due_at = g.due_at, node = g.node, rank = g.rank
FROM @queue_given@
WHERE q.id = g.id;
