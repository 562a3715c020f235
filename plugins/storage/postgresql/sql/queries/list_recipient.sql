-- Newest of one recipient first. 1 id of the cursor or NULL, 2 limit, 3 status or NULL, 4 recipient; queue_recipient,
-- finished_recipient
SELECT @message_columns@
FROM (
    SELECT id FROM (
        (SELECT id FROM queue WHERE recipient = $4 AND ($1::uuid IS NULL OR id < $1::uuid)
            AND ($3::smallint IS NULL OR status = $3::smallint)
         ORDER BY id DESC LIMIT $2)
        UNION ALL
        (SELECT id FROM finished WHERE recipient = $4 AND ($1::uuid IS NULL OR id < $1::uuid)
            AND ($3::smallint IS NULL OR status = $3::smallint)
         ORDER BY id DESC LIMIT $2)
    ) places ORDER BY id DESC LIMIT $2
) o JOIN @message_tables@
ORDER BY m.id DESC;
