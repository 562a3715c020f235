-- Messages are unfinished (again). Parameters of queue_given; primary keys
WITH gone AS (DELETE FROM finished WHERE id = ANY ($1::uuid[]))
INSERT INTO queue (id, recipient, status, retry_count, push_count, replay_count, replay_job, last_retry_at,
    failure_class, failure_reason, history, created_at, expires_at, deliver_at, due_at, node, rank, collapse_key)
SELECT * FROM @queue_given@;
