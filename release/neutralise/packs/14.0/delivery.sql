UPDATE delivery_carrier SET prod_environment = false;
UPDATE delivery_carrier SET active = false WHERE delivery_type NOT IN ('fixed', 'base_on_rule');

-- proof: a carrier would be sent real parcels
SELECT name FROM delivery_carrier
  WHERE prod_environment OR (active AND delivery_type NOT IN ('fixed', 'base_on_rule'));
