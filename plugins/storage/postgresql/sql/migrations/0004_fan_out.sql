-- Groups of recipients. A group exists while it has members; their number is kept, because counting a million is slow.
CREATE TABLE recipient_group (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    members bigint NOT NULL
);
CREATE TABLE group_member (
    group_number bigint NOT NULL,
    recipient bigint NOT NULL,      -- Its order is RecipientOrder.
    PRIMARY KEY (group_number, recipient)
);

-- One message for many recipients, and how far it has come. The template's columns are those of message.
CREATE TABLE broadcast (
    id uuid PRIMARY KEY,
    state smallint NOT NULL,
    group_name text,                -- Null: the recipients are in broadcast_list.
    total bigint NOT NULL,
    stored bigint NOT NULL,
    last bigint NOT NULL,           -- The last recipient that has its message; 0: none.
    created_at bigint NOT NULL,
    ended_at bigint,                -- Set once it is not Running.
    api_key_id bigint NOT NULL,
    type smallint NOT NULL,
    priority smallint NOT NULL,
    subject text,
    content text,
    sender text,
    metadata text,
    collapse_key text,
    conversation text,
    expires_at bigint,
    deliver_at bigint,
    attachments bytea
);
CREATE INDEX broadcast_running ON broadcast (id) WHERE ended_at IS NULL;
CREATE INDEX broadcast_ended ON broadcast (ended_at) WHERE ended_at IS NOT NULL;

-- The recipients of a list that have no message yet, in order, some hundreds a row.
CREATE TABLE broadcast_list (
    broadcast uuid NOT NULL,
    last bigint NOT NULL,           -- The highest of the row.
    recipients bigint[] NOT NULL,
    PRIMARY KEY (broadcast, last)
);

-- Uploaded files and who holds them. The bytes are elsewhere.
CREATE TABLE attachment (
    id text PRIMARY KEY,
    api_key_id bigint NOT NULL,
    created_at bigint NOT NULL,
    size bigint NOT NULL,
    digest bytea NOT NULL,          -- 32 bytes
    name text,
    content_type text,
    is_held boolean NOT NULL,       -- Somebody holds it, or did.
    is_condemned boolean NOT NULL   -- Nobody may use it, its file is to be removed.
);
-- Those that nobody has used yet, and those to be removed.
CREATE INDEX attachment_idle ON attachment (is_condemned, created_at) WHERE is_condemned OR NOT is_held;

-- What messages and running broadcasts hold; both by their id.
CREATE TABLE attachment_holder (
    holder uuid NOT NULL,
    attachment text NOT NULL,
    PRIMARY KEY (holder, attachment)
);
CREATE INDEX attachment_holder_attachment ON attachment_holder (attachment);

-- The bytes of all attachments; adding them up would take ever longer.
CREATE TABLE attachment_total (
    one integer PRIMARY KEY CHECK (one = 1),
    size bigint NOT NULL
);
INSERT INTO attachment_total VALUES (1, 0);
