UPDATE retail_connector_endpoint SET url = 'http://127.0.0.1:9', secret = NULL, auth = 'none', paused = true;
UPDATE retail_connector_message SET state = 'cancelled', settled_at = now() at time zone 'utc'
  WHERE state IN ('queued', 'dead');

-- proof: a carrier, payment service or marketplace could be called
SELECT code FROM retail_connector_endpoint
  WHERE url <> 'http://127.0.0.1:9' OR secret IS NOT NULL OR paused IS NOT TRUE;
-- proof: a message waits to be sent, or can be sent again
SELECT key FROM retail_connector_message WHERE state IN ('queued', 'dead');
