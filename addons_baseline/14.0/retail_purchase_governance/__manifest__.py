{
    "name": "Retail purchase governance",
    "summary": "Who approves which purchase order, and what is open to buy; nobody orders around it",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_base", "purchase_stock"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/purchase_rule.xml",
        "views/purchase_budget.xml",
        "views/purchase_order.xml",
    ],
    "demo": ["demo/purchasing.xml"],
    "post_init_hook": "take_over",
}
