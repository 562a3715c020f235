-- 1 job, 2 number, 3 refusal
UPDATE job_item SET refusal = ?3 WHERE job = ?1 AND number = ?2;
