"""Runs in `odoo-tenant shell` of a shop without our addons: Odoo's own import of the same files."""

import csv
import json
import time
from pathlib import Path

FIELDS = ["id", "default_code", "name", "categ_id", "barcode", "list_price", "standard_price"]
FIELDS += ["seller_ids/name", "seller_ids/price", "seller_ids/delay"]


def rows(name):
    with Path("/tenant", name).open(newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def load(model, names, values):
    """Raises what Odoo says against it."""
    result = env[model].load(names, values)
    if not result["ids"]:
        raise RuntimeError(result["messages"][:3])


load("product.category", ["name"], [[row["category"]] for row in rows("categories.csv")])
load(
    "res.partner",
    ["ref", "name", "country_id"],
    [[row["ref"], row["name"], "Germany"] for row in rows("vendors.csv")],
)
vendors = {row["ref"]: row["name"] for row in rows("vendors.csv")}
products = [
    [
        f"bench.{row['code']}", row["code"], row["name"], row["category"], row["barcode"],
        row["sales_price"].replace(",", "."), row["cost"], vendors[row["vendor"]], row["vendor_price"],
        row["vendor_days"],
    ]
    for row in rows("products.csv")
]  # fmt: skip
begun = time.monotonic()
load("product.template", FIELDS, products)
env.cr.commit()
Path("/tenant/load.json").write_text(json.dumps({"seconds": time.monotonic() - begun}))
