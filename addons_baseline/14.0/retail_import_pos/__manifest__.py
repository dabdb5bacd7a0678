{
    "name": "Retail import into the till",
    "summary": "Imported products come into the till, in its categories",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "AGPL-3",
    "depends": ["retail_import", "retail_product_governance_pos"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/categories.xml"],
    "auto_install": True,
}
