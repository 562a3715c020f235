-- Rows of queue, dead letters (progress_dead), bytes in the file.
SELECT (SELECT count(*) FROM queue),
    (SELECT count(*) FROM progress WHERE moved_to_dlq_at IS NOT NULL),
    (SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size());
