-- 1 id
SELECT @job_columns@ FROM job WHERE id = $1 FOR UPDATE;
