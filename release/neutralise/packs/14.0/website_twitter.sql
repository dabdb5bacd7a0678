UPDATE website SET twitter_api_key = NULL, twitter_api_secret = NULL;

-- proof: a social account is connected
SELECT name FROM website WHERE coalesce(twitter_api_key, twitter_api_secret) IS NOT NULL;
