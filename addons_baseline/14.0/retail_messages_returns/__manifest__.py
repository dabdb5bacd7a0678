{
    "name": "Retail messages: returns",
    "summary": "Customers hear that their return is authorised, received, refunded or rejected",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_messages", "retail_returns"],
    "auto_install": True,
    "data": ["security/ir.model.access.csv", "data/templates.xml", "data/rules.xml"],
    "demo": ["demo/return.xml"],
}
