-- 1 ended before, 2 limit; job_ended
WITH ended AS (
    SELECT id FROM job WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED
), items AS (
    DELETE FROM job_item USING ended WHERE job = ended.id
)
DELETE FROM job USING ended WHERE job.id = ended.id;
