-- The first schema. Why it looks like this: docs/decisions/0007-postgresql-layout.md.
-- Times are UTC milliseconds. Ids are UUIDs of version 7: their order is that of time, so a range of ids is a range of time.
-- A recipient is its digits with a 1 in front, as a number. Text holds no zero character; see stored_text.h.

-- Node names as histories refer to them.
CREATE TABLE node (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);

-- The last transaction of each writer, in that transaction: tells whether a commit happened whose answer was lost.
CREATE TABLE writer_commit (
    writer uuid PRIMARY KEY,
    token uuid NOT NULL,
    changed_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- What was accepted, a partition for each day of ids. Only a replacement changes a row; days are dropped whole. What
-- outlives its day is in the default partition.
CREATE TABLE message (
    id uuid PRIMARY KEY,
    recipient bigint NOT NULL,
    created_at bigint NOT NULL,
    api_key_id bigint NOT NULL,
    expires_at bigint,
    deliver_at bigint,
    node integer NOT NULL,          -- That accepted it.
    type smallint NOT NULL,
    priority smallint NOT NULL,
    subject text,
    content text,
    sender text,
    metadata text,
    idempotency_key text,
    collapse_key text,
    conversation text,
    edited_from uuid,
    attachments bytea               -- Packed; see record_codec.h.
) PARTITION BY RANGE (id);
CREATE TABLE message_kept PARTITION OF message DEFAULT;

-- Unfinished messages (Queued, Processing, Failed) and where they stand. Small and busy.
CREATE TABLE queue (
    id uuid PRIMARY KEY,
    recipient bigint NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    deliver_at bigint,
    due_at bigint,                  -- Set for Processing, Failed and what is scheduled.
    last_retry_at bigint,
    replay_job bigint NOT NULL,
    node integer NOT NULL,          -- Of the latest event: whose lease it is.
    rank smallint NOT NULL,         -- 0 Critical to 3 Low
    status smallint NOT NULL,
    retry_count integer NOT NULL,
    push_count integer NOT NULL,
    replay_count integer NOT NULL,
    failure_class smallint NOT NULL,
    failure_reason text,
    collapse_key text,
    history bytea                   -- Every event but the first, packed; see record_codec.h.
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0);
CREATE INDEX queue_recipient ON queue (recipient, rank, id);
CREATE INDEX queue_due ON queue (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX queue_expiry ON queue (expires_at, id) WHERE expires_at IS NOT NULL;
CREATE INDEX queue_collapse ON queue (recipient, collapse_key, id) WHERE collapse_key IS NOT NULL;

-- Finished messages (Delivered, DeadLetter), partitioned as message is.
CREATE TABLE finished (
    id uuid PRIMARY KEY,
    recipient bigint NOT NULL,
    delivered_at bigint,
    last_retry_at bigint,
    moved_to_dlq_at bigint,
    read_at bigint,
    replay_job bigint NOT NULL,
    status smallint NOT NULL,
    retry_count integer NOT NULL,
    push_count integer NOT NULL,
    replay_count integer NOT NULL,
    failure_class smallint NOT NULL,
    dead_letter_reason smallint,
    failure_reason text,
    history bytea
) PARTITION BY RANGE (id);
CREATE INDEX finished_recipient ON finished (recipient, id);
-- Written in the order of delivery, so that a few bytes for each 128 pages say where late deliveries are.
CREATE INDEX finished_delivered ON finished USING brin (delivered_at);
CREATE TABLE finished_kept PARTITION OF finished DEFAULT;

-- The highest id that a withdrawal or purge has removed: ids continue after it.
CREATE TABLE highest (
    one integer PRIMARY KEY CHECK (one = 1),
    id uuid NOT NULL
);
INSERT INTO highest VALUES (1, '00000000-0000-0000-0000-000000000000');

CREATE TABLE api_key (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,
    name text,
    scopes text,                    -- One a line.
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint,
    account bigint,                 -- As a recipient.
    messages_per_second bigint NOT NULL,
    messages_per_day bigint NOT NULL
);
