{
    "name": "Retail exceptions: approvals",
    "summary": "Blocked bills, sales without approval, rules that cannot order, refunds before approval",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": [
        "retail_exceptions",
        "retail_bill_match",
        "retail_product_governance",
        "retail_replenishment",
        "retail_returns_pos",
    ],
    "auto_install": True,
    "data": ["security/ir.model.access.csv", "data/detectors.xml"],
    "demo": ["demo/blocked_rule.xml"],
}
