{
    "name": "Retail roles: promotions",
    "summary": "Who runs the web shop makes its promotions",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_roles", "retail_allocation_coupon"],
    "data": ["security/ir.model.access.csv", "security/roles.xml"],
    "demo": ["demo/users.xml"],
    "auto_install": True,
}
