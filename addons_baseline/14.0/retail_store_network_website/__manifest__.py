{
    "name": "Retail store network: web shop",
    "summary": "The web shop of a store network ships from its warehouse",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_store_network", "website_sale_stock"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/web_shop.xml"],
    "auto_install": True,
}
