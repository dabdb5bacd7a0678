{
    "name": "Retail connector on the board of exceptions",
    "summary": "Calls that were given up are seen where all else that went wrong is",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_connector", "retail_exceptions"],
    "data": ["security/ir.model.access.csv", "data/detector.xml"],
    "demo": ["demo/given_up.xml"],
    "auto_install": True,
}
