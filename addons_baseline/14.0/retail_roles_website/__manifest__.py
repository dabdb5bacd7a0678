{
    "name": "Retail roles: website",
    "summary": "The role Ecommerce edits the website",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_roles", "website"],
    "data": ["security/groups.xml"],
    "demo": ["demo/publisher.xml"],
    "auto_install": True,
}
