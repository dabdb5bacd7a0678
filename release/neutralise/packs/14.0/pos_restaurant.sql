UPDATE restaurant_printer SET proxy_ip = NULL;

-- proof: a kitchen printer of a real restaurant is connected
SELECT name FROM restaurant_printer WHERE proxy_ip IS NOT NULL;
