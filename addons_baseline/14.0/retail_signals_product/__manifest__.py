{
    "name": "Retail signals: product governance",
    "summary": "Stock lasts until a vendor delivers that is approved",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_signals", "retail_product_governance"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/vendor.xml"],
    "auto_install": True,
}
