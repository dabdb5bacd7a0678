{
    "name": "Retail import into the web shop",
    "summary": "Imported products come into the web shop, in its categories",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "AGPL-3",
    "depends": ["retail_import", "retail_product_governance_website"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/categories.xml"],
    "auto_install": True,
}
