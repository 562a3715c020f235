SELECT id FROM broadcast WHERE ended_at IS NULL ORDER BY number;
