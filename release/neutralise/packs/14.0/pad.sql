UPDATE res_company SET pad_server = NULL, pad_key = NULL;

-- proof: a pad server is connected
SELECT name FROM res_company WHERE coalesce(pad_server, pad_key) IS NOT NULL;
