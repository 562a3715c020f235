-- Newest DeadLetter first. 1 key of the cursor, 2 limit; progress_dead, then sorted
SELECT key FROM progress WHERE moved_to_dlq_at IS NOT NULL AND key < ?1 ORDER BY key DESC LIMIT ?2;
