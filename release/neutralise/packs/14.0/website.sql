UPDATE website SET domain = NULL, cdn_activated = false, google_analytics_key = NULL,
  google_management_client_id = NULL, google_management_client_secret = NULL, google_maps_api_key = NULL,
  robots_txt = E'User-agent: *\nDisallow: /';

-- proof: a website answers to the source's name or reports to its accounts
SELECT name FROM website WHERE cdn_activated
  OR coalesce(domain, google_analytics_key, google_management_client_secret, google_maps_api_key) IS NOT NULL;
-- proof: search engines are let in
SELECT name FROM website WHERE robots_txt IS NULL OR position('Disallow: /' IN robots_txt) = 0;
