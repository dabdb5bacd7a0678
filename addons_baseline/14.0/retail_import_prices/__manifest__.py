{
    "name": "Retail import of prices",
    "summary": "Imported prices are price changes, approved with the import",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "AGPL-3",
    "depends": ["retail_import", "retail_price_governance_product"],
    "data": ["security/ir.model.access.csv", "views/import_run.xml"],
    "demo": ["demo/pricelist.xml"],
    "auto_install": True,
}
