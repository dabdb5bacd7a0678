-- An inactive server that a record names is still used, so every reference goes too (see mail).
UPDATE ir_mail_server SET active = false, smtp_user = NULL, smtp_pass = NULL;
INSERT INTO ir_mail_server (name, smtp_host, smtp_port, smtp_encryption, active, sequence)
  VALUES ('staging: mail goes nowhere', 'invalid', 1025, 'none', true, 0);
UPDATE ir_cron SET active = false WHERE id NOT IN (
  SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND module = 'base' AND name = 'autovacuum_job');
DELETE FROM res_users_apikeys;
DELETE FROM ir_config_parameter WHERE key = 'database.enterprise_code';
INSERT INTO ir_config_parameter (key, value) VALUES ('database.is_neutralized', 'true')
  ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- proof: an outgoing mail server is active
SELECT name FROM ir_mail_server WHERE active AND smtp_host <> 'invalid';
-- proof: no sink takes the mail, so Odoo would send by the host's own mail server
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM ir_mail_server WHERE active AND smtp_host = 'invalid');
-- proof: a password of a mail server is left
SELECT name FROM ir_mail_server WHERE smtp_pass IS NOT NULL;
-- proof: a scheduled job is active
SELECT id FROM ir_cron WHERE active AND id NOT IN (
  SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND module = 'base' AND name = 'autovacuum_job');
-- proof: an API key still opens the clone
SELECT id FROM res_users_apikeys;
-- proof: the clone is not marked as neutral
SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM ir_config_parameter WHERE key = 'database.is_neutralized' AND value = 'true');
