-- Delivered messages that ended before a time. 1 time, 2 key of that time, 3 limit
-- A message is delivered after it was accepted, so only older keys can qualify: primary key of progress
SELECT key FROM progress WHERE key < ?2 AND status = 2 AND delivered_at < ?1 ORDER BY key LIMIT ?3;
