-- All Processing messages with what tells whose they are; progress_due
SELECT key, history FROM progress WHERE due_at IS NOT NULL AND status = 1;
