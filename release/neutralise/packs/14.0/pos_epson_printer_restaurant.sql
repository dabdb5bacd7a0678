UPDATE restaurant_printer SET epson_printer_ip = NULL;

-- proof: a kitchen printer of a real restaurant is connected
SELECT name FROM restaurant_printer WHERE epson_printer_ip IS NOT NULL;
