UPDATE payment_acquirer SET state = 'disabled' WHERE state NOT IN ('test', 'disabled');
UPDATE payment_token SET active = false;

-- proof: a payment acquirer takes real money
SELECT name FROM payment_acquirer WHERE state NOT IN ('test', 'disabled');
-- proof: a customer's stored card can be charged
SELECT id FROM payment_token WHERE active;
