-- What is not simply queued, by priority and status; with status 0: scheduled. 1 now; progress_due
SELECT m.priority, p.status, count(*)
FROM progress p JOIN message m ON m.key = p.key
WHERE p.due_at IS NOT NULL AND (p.status <> 0 OR p.due_at > ?1)
GROUP BY m.priority, p.status;
