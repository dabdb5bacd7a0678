UPDATE payment_acquirer SET odoo_adyen_payout_id = NULL;

-- proof: an acquirer pays out to a real account
SELECT name FROM payment_acquirer WHERE odoo_adyen_payout_id IS NOT NULL;
