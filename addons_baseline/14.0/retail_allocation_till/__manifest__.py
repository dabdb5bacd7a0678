{
    "name": "Retail allocation: tills",
    "summary": "What tills have sold is promised to nobody, also while their sessions are open",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_allocation", "retail_till"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/lamp.xml"],
    "auto_install": True,
}
