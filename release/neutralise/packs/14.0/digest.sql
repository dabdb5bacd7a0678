UPDATE digest_digest SET state = 'deactivated';

-- proof: a digest is active
SELECT id FROM digest_digest WHERE state <> 'deactivated';
