-- Printers and displays of the real store.
UPDATE pos_config SET proxy_ip = NULL, is_posbox = false;

-- proof: a till is connected to the devices of a real store
SELECT name FROM pos_config WHERE proxy_ip IS NOT NULL OR is_posbox;
