{
    "name": "Retail bill match: product governance",
    "summary": "What is paid before it is received was approved so",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_bill_match", "retail_product_governance"],
    "data": ["security/ir.model.access.csv"],
    "demo": ["demo/bill.xml"],
    "auto_install": True,
}
