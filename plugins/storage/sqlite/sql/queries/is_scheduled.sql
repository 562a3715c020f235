-- 1 key, 2 now; primary key of progress
SELECT 1 FROM progress WHERE key = ?1 AND status = 0 AND due_at > ?2;
