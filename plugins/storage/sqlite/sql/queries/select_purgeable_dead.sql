-- Dead letters of before a time. 1 time, 2 limit; progress_dead
SELECT key FROM progress WHERE moved_to_dlq_at < ?1 ORDER BY moved_to_dlq_at LIMIT ?2;
