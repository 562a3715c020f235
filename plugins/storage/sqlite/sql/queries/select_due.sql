-- Keys whose lease or retry time has come, oldest first. 1 now, 2 limit; progress_due
SELECT key FROM progress WHERE due_at <= ?1 ORDER BY due_at, key LIMIT ?2;
