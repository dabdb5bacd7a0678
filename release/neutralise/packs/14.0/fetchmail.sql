UPDATE fetchmail_server SET active = false, password = NULL;

-- proof: an incoming mail server is active or keeps its password
SELECT name FROM fetchmail_server WHERE active OR password IS NOT NULL;
