-- States as they go to finished. After the parameters of state_arrays: 12 delivered_at, 13 moved_to_dlq_at, 14 read_at,
-- 15 dead_letter_reason
unnest(@state_arrays@, $12::bigint[], $13::bigint[], $14::bigint[], $15::smallint[])
AS g (id, recipient, status, retry_count, push_count, replay_count, replay_job, last_retry_at, failure_class,
    failure_reason, history, delivered_at, moved_to_dlq_at, read_at, dead_letter_reason)
