{
    "name": "Retail replenishment: product governance",
    "summary": "A reordering rule says when its product is not approved",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_replenishment", "retail_product_governance"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/product.xml"],
    "auto_install": True,
}
