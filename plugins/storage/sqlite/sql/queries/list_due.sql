-- Newest Processing or Failed first. 1 key of the cursor, 2 limit, 3 status; progress_due, then sorted
SELECT key FROM progress WHERE due_at IS NOT NULL AND status = ?3 AND key < ?1 ORDER BY key DESC LIMIT ?2;
