-- Newest of an unfinished status first. 1 id of the cursor or NULL, 2 limit, 3 status; primary key of queue
SELECT @message_columns@
FROM (SELECT id FROM queue WHERE status = $3 AND ($1::uuid IS NULL OR id < $1::uuid) ORDER BY id DESC LIMIT $2) o
    JOIN @message_tables@
ORDER BY m.id DESC;
