-- Stores the first change of a message.
-- 1 key, 2 recipient, 3 status, 4 retry_count, 5 push_count, 6 due_at, 7 delivered_at, 8 last_retry_at,
-- 9 moved_to_dlq_at, 10 failure_reason, 11 history, 12 failure_class, 13 dead_letter_reason, 14 replay_count,
-- 15 replay_job, 16 read_at
INSERT INTO progress VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ifnull(?11, x''), ?12, ?13, ?14, ?15, ?16);
