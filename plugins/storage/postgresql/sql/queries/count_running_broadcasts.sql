-- broadcast_running
SELECT count(*) FROM broadcast WHERE ended_at IS NULL;
