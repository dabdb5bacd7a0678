UPDATE mail_mail SET state = 'cancel' WHERE state IN ('outgoing', 'exception');

-- proof: mail waits to be sent
SELECT id FROM mail_mail WHERE state IN ('outgoing', 'exception');
