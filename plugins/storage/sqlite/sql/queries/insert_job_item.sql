-- 1 job, 2 number, 3 key
INSERT INTO job_item VALUES (?1, ?2, ?3, 0);
