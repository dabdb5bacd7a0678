DELETE FROM res_company_ldap;

-- proof: a directory server is asked for passwords
SELECT id FROM res_company_ldap;
