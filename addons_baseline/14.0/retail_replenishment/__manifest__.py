{
    "name": "Retail replenishment",
    "summary": "Reordering rules respect the vendor's minimum and multiple",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_base", "purchase_stock"],
    "data": [
        "security/ir.model.access.csv",
        "views/supplierinfo.xml",
        "views/orderpoint.xml",
    ],
    "demo": ["demo/replenishment.xml"],
}
