UPDATE auth_oauth_provider SET enabled = false;
UPDATE res_users SET oauth_access_token = NULL;

-- proof: logging in by another service is enabled
SELECT name FROM auth_oauth_provider WHERE enabled;
-- proof: a user's token of another service is left
SELECT id FROM res_users WHERE oauth_access_token IS NOT NULL;
