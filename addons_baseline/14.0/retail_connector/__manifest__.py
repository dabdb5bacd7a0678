{
    "name": "Retail connector",
    "summary": "Calls to carriers, payment services and marketplaces are queued, retried, and seen when they fail",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "LGPL-3",
    "depends": ["retail_base", "mail", "queue_job"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/queue_job.xml",
        "data/cron.xml",
        "views/message.xml",
        "views/endpoint.xml",
    ],
    "demo": ["demo/endpoints.xml"],
}
