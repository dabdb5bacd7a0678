-- What Odoo's own neutralisation (16.0 and later) leaves behind.
DELETE FROM res_users_apikeys;
UPDATE ir_mail_server SET smtp_user = NULL, smtp_pass = NULL;

-- proof: an outgoing mail server is active
SELECT name FROM ir_mail_server WHERE active AND smtp_host <> 'invalid';
-- proof: a scheduled job is active
SELECT id FROM ir_cron WHERE active AND id NOT IN (
  SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND module = 'base' AND name = 'autovacuum_job');
-- proof: an API key still opens the clone
SELECT id FROM res_users_apikeys;
-- proof: Odoo's own neutralisation has not run
SELECT 1 WHERE NOT EXISTS (
  SELECT 1 FROM ir_config_parameter WHERE key = 'database.is_neutralized' AND lower(value) = 'true');
