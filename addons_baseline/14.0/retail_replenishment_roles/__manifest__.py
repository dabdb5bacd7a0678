{
    "name": "Retail replenishment: roles",
    "summary": "Stores see their own proposals, and their managers are told what runs low",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_replenishment", "retail_roles"],
    "data": ["security/ir.model.access.csv", "security/rules.xml", "data/local_policy.xml"],
    "demo": ["demo/stores.xml"],
    "auto_install": True,
}
