-- Newest first. 1 key of the cursor, 2 limit; primary key of message
SELECT key FROM message WHERE key < ?1 ORDER BY key DESC LIMIT ?2;
