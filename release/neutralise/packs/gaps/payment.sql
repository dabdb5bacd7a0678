UPDATE payment_token SET active = false;

-- proof: a payment provider takes real money
SELECT code FROM payment_provider WHERE state NOT IN ('test', 'disabled');
-- proof: a customer's stored card can be charged
SELECT id FROM payment_token WHERE active;
