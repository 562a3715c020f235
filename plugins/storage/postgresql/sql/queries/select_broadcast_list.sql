-- The next recipients: whole rows are in order and do not overlap, so only so many are opened as can be needed.
-- 1 broadcast, 2 after, 3 limit; primary key
SELECT r.recipient
FROM (
    SELECT recipients FROM broadcast_list WHERE broadcast = $1 AND last > $2 ORDER BY last LIMIT $3
) l, unnest(l.recipients) AS r (recipient)
WHERE r.recipient > $2
ORDER BY r.recipient LIMIT $3;
