-- Groups of recipients. A group exists while it has members; their number is kept, because counting a million is slow.

CREATE TABLE recipient_group (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    members INTEGER NOT NULL
) STRICT;

CREATE TABLE group_member (
    group_number INTEGER NOT NULL,
    recipient INTEGER NOT NULL,     -- Packed; see record_codec.h. Its order is RecipientOrder.
    PRIMARY KEY (group_number, recipient)
) STRICT, WITHOUT ROWID;
