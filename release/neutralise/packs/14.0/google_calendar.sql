UPDATE res_users SET google_calendar_rtoken = NULL, google_calendar_token = NULL, google_calendar_sync_token = NULL;
DELETE FROM ir_config_parameter WHERE key IN ('google_calendar_client_id', 'google_calendar_client_secret');

-- proof: a user's calendar is synchronised
SELECT id FROM res_users WHERE coalesce(google_calendar_rtoken, google_calendar_token) IS NOT NULL;
