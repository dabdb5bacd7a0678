DELETE FROM ir_config_parameter WHERE key IN ('recaptcha_public_key', 'recaptcha_private_key');

-- proof: visitors are checked by the source's account
SELECT key FROM ir_config_parameter WHERE key = 'recaptcha_private_key';
