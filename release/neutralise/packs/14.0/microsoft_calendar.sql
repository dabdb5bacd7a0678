UPDATE res_users SET microsoft_calendar_rtoken = NULL, microsoft_calendar_token = NULL, microsoft_calendar_sync_token = NULL;
DELETE FROM ir_config_parameter WHERE key IN ('microsoft_calendar_client_id', 'microsoft_calendar_client_secret');

-- proof: a user's calendar is synchronised
SELECT id FROM res_users WHERE coalesce(microsoft_calendar_rtoken, microsoft_calendar_token) IS NOT NULL;
