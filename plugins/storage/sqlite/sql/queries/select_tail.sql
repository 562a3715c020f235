-- The one row that says where the tail begins.
SELECT watermark, target, version FROM queue_tail;
