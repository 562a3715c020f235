-- What operators have done to many dead letters at once. Numbers are never used again: messages refer to them.
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    rate INTEGER NOT NULL,          -- Messages per second; 0: no limit.
    canary_count INTEGER NOT NULL,
    canary_percent INTEGER NOT NULL,
    canary_timeout INTEGER NOT NULL, -- Milliseconds.
    includes_poison INTEGER NOT NULL,
    has_passed_canary INTEGER NOT NULL,
    canary_since INTEGER,
    created_by TEXT,
    description TEXT,
    reason TEXT,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    total INTEGER NOT NULL,
    position INTEGER NOT NULL,      -- Items dealt with.
    done INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    last_error TEXT
) STRICT;
CREATE INDEX job_running ON job (state) WHERE state = 0;
CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL;

-- The frozen selections, in the order in which they are dealt with.
CREATE TABLE job_item (
    job INTEGER NOT NULL,
    number INTEGER NOT NULL,        -- 0, 1, 2, ...
    key INTEGER NOT NULL,
    refusal INTEGER NOT NULL,       -- 0 until it was refused.
    PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;
