UPDATE mailing_mailing SET state = 'draft' WHERE state IN ('in_queue', 'sending');
UPDATE mailing_mailing SET mail_server_id = NULL WHERE mail_server_id IS NOT NULL;
DELETE FROM ir_config_parameter WHERE key = 'mass_mailing.mail_server_id';

-- proof: a mailing waits to be sent or names a mail server
SELECT id FROM mailing_mailing WHERE state IN ('in_queue', 'sending') OR mail_server_id IS NOT NULL;
