-- 1 job
DELETE FROM job_item WHERE job = ?1;
