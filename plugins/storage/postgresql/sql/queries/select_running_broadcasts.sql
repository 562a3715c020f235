-- Oldest first; broadcast_running
SELECT id FROM broadcast WHERE ended_at IS NULL ORDER BY id;
