-- What became of the messages that a replay has moved. 1 job, 2 number after the last; primary keys
-- Only a message that died again can have been replayed by another job since.
SELECT count(*), sum(p.status = 2 AND p.replay_job = ?1), sum(p.status = 4 OR p.replay_job <> ?1)
FROM job_item i JOIN progress p ON p.key = i.key
WHERE i.job = ?1 AND i.number < ?2 AND i.refusal = 0;
