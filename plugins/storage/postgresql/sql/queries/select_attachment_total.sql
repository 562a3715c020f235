SELECT size FROM attachment_total;
