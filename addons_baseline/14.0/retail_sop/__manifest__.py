{
    "name": "Retail procedures",
    "summary": "Who has to read which procedure, who has read which version, and who is late",
    "version": "14.0.1.0.0",
    "category": "Retail",
    "author": "Shopfleet",
    "license": "AGPL-3",
    "depends": ["retail_base", "document_page_approval"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/reminder.xml",
        "views/sop.xml",
        "views/sop_reading.xml",
    ],
    "demo": ["demo/procedures.xml"],
}
