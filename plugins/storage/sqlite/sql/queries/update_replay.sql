-- 1 key, 2 job
UPDATE dead_letter SET replay_count = replay_count + 1, replay_job = ?2 WHERE key = ?1;
