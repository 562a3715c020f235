-- Removes an entry of no pending message, or mends its place. 1 id; primary keys
WITH mended AS (
    UPDATE queue q SET recipient = m.recipient, rank = 3 - m.priority FROM message m
    WHERE q.id = $1::uuid AND m.id = $1::uuid AND q.status IN (0, 1, 3) AND NOT EXISTS (SELECT 1 FROM finished f WHERE f.id = $1::uuid)
        AND (q.recipient <> m.recipient OR q.rank <> 3 - m.priority)
    RETURNING q.id
), gone AS (
    DELETE FROM queue q
    WHERE q.id = $1::uuid AND (q.status NOT IN (0, 1, 3) OR NOT EXISTS (SELECT 1 FROM message m WHERE m.id = $1::uuid)
        OR EXISTS (SELECT 1 FROM finished f WHERE f.id = $1::uuid))
    RETURNING q.id
)
SELECT id FROM mended UNION ALL SELECT id FROM gone;
