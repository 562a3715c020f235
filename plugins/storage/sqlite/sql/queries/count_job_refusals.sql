-- 1 job, 2 number after the last; primary key
SELECT refusal, count(*) FROM job_item WHERE job = ?1 AND number < ?2 GROUP BY refusal;
