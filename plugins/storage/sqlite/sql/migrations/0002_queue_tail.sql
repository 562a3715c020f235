-- Where the queue's tail begins: pending messages with a key above `watermark` may be kept in memory instead of in
-- `queue`, where their row in `message` brings them back from after a restart (queue_tail.h).
-- Messages up to `target` are on their way into `queue`. `version` counts the commits that changed `queue`, so that a
-- reader can tell whether its snapshot and the memory belong together.
CREATE TABLE queue_tail (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    watermark INTEGER NOT NULL,
    target INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
-- So far every pending message has a row in `queue`.
INSERT INTO queue_tail SELECT 1, ifnull(max(key), 0), ifnull(max(key), 0), 0 FROM message;
