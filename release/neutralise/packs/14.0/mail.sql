UPDATE mail_template SET mail_server_id = NULL WHERE mail_server_id IS NOT NULL;
UPDATE mail_message SET mail_server_id = NULL WHERE mail_server_id IS NOT NULL;
UPDATE mail_mail SET state = 'cancel' WHERE state IN ('outgoing', 'exception');

-- proof: mail waits to be sent
SELECT id FROM mail_mail WHERE state IN ('outgoing', 'exception');
-- proof: a template names a mail server
SELECT id FROM mail_template WHERE mail_server_id IS NOT NULL;
-- proof: a message names a mail server
SELECT id FROM mail_message WHERE mail_server_id IS NOT NULL;
