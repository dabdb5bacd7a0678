DELETE FROM ir_config_parameter WHERE key IN (
  'google_drive_refresh_token', 'google_drive_authorization_code', 'google_drive_client_id',
  'google_drive_client_secret');

-- proof: a document store is connected
SELECT key FROM ir_config_parameter WHERE key IN ('google_drive_refresh_token', 'google_drive_authorization_code');
