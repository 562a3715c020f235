-- What became of the messages that a replay has moved. 1 job, 2 number after the last; primary keys
-- Only a message that died again can have been replayed by another job since.
SELECT count(*),
    count(*) FILTER (WHERE f.status = 2 AND f.replay_job = $1::bigint),
    count(*) FILTER (WHERE f.status = 4 OR coalesce(f.replay_job, q.replay_job) <> $1::bigint)
FROM job j JOIN job_item i ON i.job = j.id AND i.number < least($2::bigint, j.position) AND i.refusal = 0
    LEFT JOIN queue q ON q.id = i.id LEFT JOIN finished f ON f.id = i.id
WHERE j.id = $1 AND (q.id IS NOT NULL OR f.id IS NOT NULL);
