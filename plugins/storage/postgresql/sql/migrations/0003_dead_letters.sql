-- The dead letters as operators look for them: a row for each message while it is one.
CREATE TABLE dead_letter (
    id uuid PRIMARY KEY,
    died_at bigint NOT NULL,
    recipient bigint NOT NULL,
    discarded_at bigint,
    reason smallint NOT NULL,
    class smallint NOT NULL,
    attempts integer NOT NULL,
    replay_count integer NOT NULL,
    signature text NOT NULL,
    discard_reason text
);
CREATE INDEX dead_letter_died ON dead_letter (died_at, id);
CREATE INDEX dead_letter_group ON dead_letter (signature, died_at) WHERE discarded_at IS NULL;
CREATE INDEX dead_letter_discarded ON dead_letter (discarded_at) WHERE discarded_at IS NOT NULL;

-- What operators have done to many dead letters at once. Numbers are never used again: messages refer to them.
CREATE TABLE job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind smallint NOT NULL,
    state smallint NOT NULL,
    rate bigint NOT NULL,           -- Messages per second; 0: no limit.
    canary_count bigint NOT NULL,
    canary_percent bigint NOT NULL,
    canary_timeout bigint NOT NULL, -- Milliseconds.
    includes_poison boolean NOT NULL,
    has_passed_canary boolean NOT NULL,
    canary_since bigint,
    created_by text,
    description text,
    reason text,
    created_at bigint NOT NULL,
    ended_at bigint,
    total bigint NOT NULL,
    position bigint NOT NULL,       -- Items dealt with.
    done bigint NOT NULL,
    refused bigint NOT NULL,
    last_error text
);
CREATE INDEX job_running ON job (id) WHERE state = 0;
CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL;

-- The frozen selections, in the order in which they are dealt with.
CREATE TABLE job_item (
    job bigint NOT NULL,
    number bigint NOT NULL,         -- 0, 1, 2, ...
    id uuid NOT NULL,
    refusal smallint NOT NULL,      -- 0 until it was refused.
    PRIMARY KEY (job, number)
);

-- Who did what, to how many messages, with what result.
CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time bigint NOT NULL,
    actor text,
    address text,
    action text,
    detail text,
    count bigint NOT NULL,
    job bigint NOT NULL,
    result text
);
CREATE INDEX audit_time ON audit (time);
