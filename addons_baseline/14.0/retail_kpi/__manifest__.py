{
    "name": "Retail figures",
    "summary": "Sell-through, age of stock, gross margin and speed of deliveries, by store and product",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_base", "purchase_stock", "sale_stock"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/sell_through.xml",
        "views/stock_age.xml",
        "views/margin.xml",
        "views/lead_time.xml",
    ],
    "demo": ["demo/figures.xml"],
}
