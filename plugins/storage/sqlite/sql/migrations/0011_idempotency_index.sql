-- What finds a record by the hash of its key. Records above `watermark` may be missing here: they are found through
-- memory, and read back after a restart (idempotency_index.h).
CREATE TABLE idempotency_index (
    hash INTEGER NOT NULL,
    number INTEGER NOT NULL,        -- Of the record.
    PRIMARY KEY (hash, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE idempotency_tail (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    watermark INTEGER NOT NULL
) STRICT;
INSERT INTO idempotency_index SELECT hash, number FROM idempotency ORDER BY hash, number;
INSERT INTO idempotency_tail SELECT 1, ifnull(max(number), 0) FROM idempotency;
DROP INDEX idempotency_hash;
