-- 1 holder; primary key
SELECT attachment FROM attachment_holder WHERE holder = ?1;
