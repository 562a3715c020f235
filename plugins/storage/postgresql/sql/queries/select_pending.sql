-- What a recipient can be sent, best first. 1 recipient, 2 now, 3 best rank, 4 limit, 5 ids to leave out; queue_recipient
SELECT @message_columns@
FROM (
    SELECT id FROM queue
    WHERE recipient = $1 AND rank >= $3 AND (expires_at IS NULL OR expires_at > $2)
        AND (status = 1 OR due_at IS NULL OR due_at <= $2) AND id <> ALL ($5::uuid[])
    ORDER BY rank, id LIMIT $4
) o JOIN @message_tables@
ORDER BY q.rank, q.id;
