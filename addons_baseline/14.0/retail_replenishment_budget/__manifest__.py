{
    "name": "Retail replenishment: budgets",
    "summary": "Rules and proposals say when what they order is not open to buy, and wait for a buyer",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_replenishment", "retail_purchase_governance"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/budget.xml"],
    "auto_install": True,
}
