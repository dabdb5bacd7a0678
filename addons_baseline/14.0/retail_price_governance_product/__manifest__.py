{
    "name": "Retail price governance of new products",
    "summary": "A product that is not approved yet has a free price, which is approved with it",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_price_governance", "retail_product_governance"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/products.xml"],
    "auto_install": True,
}
