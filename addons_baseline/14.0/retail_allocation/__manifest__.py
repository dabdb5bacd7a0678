{
    "name": "Retail allocation",
    "summary": "Channels with rank, reserve and safety stock; nobody is promised what another one was promised",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_base", "sale_stock"],
    "data": [
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/channels.xml",
        "views/channel.xml",
        "views/stock_hold.xml",
        "views/sale_order.xml",
    ],
    "demo": ["demo/channels.xml"],
}
