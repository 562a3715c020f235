-- Who of a batch has something to be sent that nobody is sending. 1 recipients, 2 now; queue_recipient
SELECT recipient FROM unnest($1::bigint[]) AS asked (recipient)
WHERE EXISTS (
    SELECT FROM queue q
    WHERE q.recipient = asked.recipient AND q.status = 0 AND (q.due_at IS NULL OR q.due_at <= $2)
        AND (q.expires_at IS NULL OR q.expires_at > $2)
);
