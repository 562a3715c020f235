SELECT EXISTS (SELECT 1 FROM attachment_holder);
