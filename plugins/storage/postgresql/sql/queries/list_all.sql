-- Newest first. 1 id of the cursor or NULL, 2 limit; primary keys of message's partitions
SELECT @message_columns@
FROM (SELECT id FROM message WHERE ($1::uuid IS NULL OR id < $1::uuid) ORDER BY id DESC LIMIT $2) o
    JOIN @message_tables@
ORDER BY m.id DESC;
