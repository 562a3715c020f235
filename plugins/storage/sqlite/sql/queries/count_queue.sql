-- Rows of queue by rank, and the lowest key that is not scheduled. 1 now; walks queue
SELECT rank, count(*),
    min(key) FILTER (WHERE key NOT IN (SELECT key FROM progress WHERE due_at > ?1 AND status = 0))
FROM queue
GROUP BY rank;
