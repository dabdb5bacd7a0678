{
    "name": "Retail price governance and roles",
    "summary": "Buyers propose prices, finance looks at those below cost, and nobody does both",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_price_governance", "retail_roles"],
    "data": ["security/ir.model.access.csv", "security/roles.xml", "data/duty_conflict.xml"],
    "demo": ["demo/users.xml"],
    "auto_install": True,
}
