-- Who did what, to how many messages, with what result.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    actor TEXT,
    address TEXT,
    action TEXT,
    detail TEXT,
    count INTEGER NOT NULL,
    job INTEGER NOT NULL,
    result TEXT
) STRICT;
CREATE INDEX audit_time ON audit (time);
