{
    "name": "Retail review",
    "summary": "Every automation rule has an owner who looks at it each quarter: keep, change, or switch off",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_base", "base_automation", "stock"],
    "data": [
        "security/ir.model.access.csv",
        "data/kinds.xml",
        "data/cron.xml",
        "views/review_kind.xml",
        "views/review_item.xml",
        "views/review.xml",
    ],
    "demo": ["demo/review.xml"],
}
