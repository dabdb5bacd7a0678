{
    "name": "Retail figures: tills",
    "summary": "What is rung up counts for the gross margin",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_kpi", "point_of_sale"],
    "auto_install": True,
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/figures.xml"],
}
