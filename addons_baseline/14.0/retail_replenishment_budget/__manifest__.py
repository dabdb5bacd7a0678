{
    "name": "Retail replenishment: budgets",
    "summary": "A reordering rule says when what it orders is not open to buy",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_replenishment", "retail_purchase_governance"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/budget.xml"],
    "auto_install": True,
}
