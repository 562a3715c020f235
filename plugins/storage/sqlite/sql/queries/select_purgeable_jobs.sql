-- 1 ended before, 2 limit; job_ended
SELECT id FROM job WHERE ended_at < ?1 ORDER BY ended_at LIMIT ?2;
