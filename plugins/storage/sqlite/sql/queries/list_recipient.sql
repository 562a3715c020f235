-- Newest of one recipient first. 1 key of the cursor, 2 limit, 3 status or -1, 4 recipient
-- Pending ones by the primary key of queue; finished ones by walking progress, whose rows are small: an index on
-- them would cost every delivery more than it is worth.
SELECT key
FROM (
    SELECT q.key AS key, ifnull(p.status, 0) AS status
    FROM queue q LEFT JOIN progress p ON p.key = q.key
    WHERE q.recipient = ?4 AND q.key < ?1
    UNION ALL
    SELECT key, status FROM progress WHERE recipient = ?4 AND key < ?1 AND status IN (2, 4)
)
WHERE ?3 < 0 OR status = ?3
ORDER BY key DESC LIMIT ?2;
