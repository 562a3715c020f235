-- Newest Delivered first. 1 key of the cursor, 2 limit; walks progress backwards
SELECT key FROM progress WHERE key < ?1 AND status = 2 ORDER BY key DESC LIMIT ?2;
