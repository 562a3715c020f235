-- Processing messages of one node. 1 node, 2 limit
SELECT @queue_columns@ FROM queue q WHERE q.status = 1 AND q.node = $1 ORDER BY q.id LIMIT $2 FOR UPDATE;
