-- What readLetters reads behind message_columns.
d.died_at, d.reason, d.class, d.signature, d.discarded_at, d.discard_reason
