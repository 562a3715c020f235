-- Unfinished messages by rank: due, Processing, scheduled, Failed, acceptance of the oldest that is not scheduled. 1 now;
-- walks queue
SELECT rank,
    count(*) FILTER (WHERE status = 0 AND (due_at IS NULL OR due_at <= $1)),
    count(*) FILTER (WHERE status = 1),
    count(*) FILTER (WHERE status = 0 AND due_at > $1),
    count(*) FILTER (WHERE status = 3),
    min(created_at) FILTER (WHERE status <> 0 OR due_at IS NULL OR due_at <= $1)
FROM queue
GROUP BY rank;
