{
    "name": "Retail store network",
    "summary": "Stores, warehouses, tills, routes, people and policies from one description",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_roles", "resource"],
    "data": [
        "security/ir.model.access.csv",
        "views/stock_warehouse.xml",
        "views/store_opening.xml",
        "views/network_file.xml",
    ],
    "demo": ["demo/network.xml"],
}
