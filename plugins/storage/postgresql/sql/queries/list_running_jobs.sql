-- Oldest first; job_running
SELECT @job_columns@ FROM job WHERE state = 0 ORDER BY id;
