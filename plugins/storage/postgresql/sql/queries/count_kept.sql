-- Parameters as of kept_messages
SELECT count(*) FROM (@kept_messages@) kept;
