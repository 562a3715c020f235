-- How many commits have changed queue.
SELECT version FROM queue_tail;
