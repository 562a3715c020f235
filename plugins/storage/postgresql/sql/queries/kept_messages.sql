-- Ids of a range that have to stay: unfinished ones, dead letters, late deliveries.
-- 1 first id, 2 id after the last, 3 delivered before, 4 dead before; primary keys and finished_delivered
SELECT q.id FROM queue q WHERE q.id >= $1 AND q.id < $2
UNION ALL
SELECT d.id FROM dead_letter d WHERE d.id >= $1 AND d.id < $2 AND d.died_at >= $4
UNION ALL
SELECT f.id FROM finished f WHERE f.id >= $1 AND f.id < $2 AND f.delivered_at >= $3
