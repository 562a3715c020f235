-- Who of a batch has something to be sent that nobody is sending. 1 recipients, 2 now; queue_recipient
-- Each is looked up in the index: before the table is analyzed, EXISTS would be planned as a join with all of the queue.
SELECT asked.recipient FROM unnest($1::bigint[]) AS asked (recipient)
CROSS JOIN LATERAL (
    SELECT 1 FROM queue q
    WHERE q.recipient = asked.recipient AND q.status = 0 AND (q.due_at IS NULL OR q.due_at <= $2)
        AND (q.expires_at IS NULL OR q.expires_at > $2)
    ORDER BY q.rank, q.id
    LIMIT 1
) AS first_waiting;
