-- What readBroadcast reads.
state, group_name, total, stored, last, created_at, ended_at, api_key_id, type, priority, subject, content, sender,
metadata, collapse_key, conversation, expires_at, deliver_at, attachments
