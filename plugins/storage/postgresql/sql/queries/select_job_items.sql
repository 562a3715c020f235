-- 1 job, 2 first number, 3 limit; primary key
SELECT id FROM job_item WHERE job = $1 AND number >= $2 ORDER BY number LIMIT $3;
