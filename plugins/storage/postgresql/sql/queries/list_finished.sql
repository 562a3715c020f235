-- Newest of a finished status first. 1 id of the cursor or NULL, 2 limit, 3 status; primary keys of finished's partitions,
-- for dead letters that of dead_letter
SELECT @message_columns@
FROM (
    (SELECT id FROM finished WHERE $3::smallint = 2 AND status = 2 AND ($1::uuid IS NULL OR id < $1::uuid)
     ORDER BY id DESC LIMIT $2)
    UNION ALL
    (SELECT id FROM dead_letter WHERE $3::smallint = 4 AND ($1::uuid IS NULL OR id < $1::uuid)
     ORDER BY id DESC LIMIT $2)
) o JOIN @message_tables@
ORDER BY m.id DESC;
