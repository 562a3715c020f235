-- Unfinished messages that are older than new ones of their recipient and collapse key, oldest first.
-- 1 recipients, 2 collapse keys, 3 ids of the new ones; queue_collapse
SELECT DISTINCT q.id
FROM unnest($1::bigint[], $2::text[], $3::uuid[]) AS n (recipient, collapse_key, id)
    JOIN queue q ON q.recipient = n.recipient AND q.collapse_key = n.collapse_key AND q.id < n.id
ORDER BY q.id;
