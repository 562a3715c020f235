-- 1 job; primary key
SELECT i.refusal, count(*)
FROM job j JOIN job_item i ON i.job = j.id AND i.number < j.position
WHERE j.id = $1 GROUP BY i.refusal;
