UPDATE pos_mercury_configuration SET merchant_pwd = 'neutralized';

-- proof: a card reader of a real store is connected
SELECT name FROM pos_mercury_configuration WHERE merchant_pwd <> 'neutralized';
