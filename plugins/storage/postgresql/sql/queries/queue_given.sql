-- States as they go to queue. After the parameters of state_arrays: 12 created_at, 13 expires_at, 14 deliver_at, 15 due_at,
-- 16 node, 17 rank, 18 collapse_key
unnest(@state_arrays@, $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::integer[], $17::smallint[],
    $18::text[])
AS g (id, recipient, status, retry_count, push_count, replay_count, replay_job, last_retry_at, failure_class,
    failure_reason, history, created_at, expires_at, deliver_at, due_at, node, rank, collapse_key)
