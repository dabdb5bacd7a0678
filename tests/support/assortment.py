"""A product that may be sold: one person enters it as the standards ask, another one approves it."""

import itertools
import time
from typing import Any, Protocol

APPROVERS = "retail_product_governance.group_product_approver"
RETURNS_IN_30_DAYS = ("retail_product_governance", "return_policy_30")

# A cluster may be kept from an earlier run, and barcodes are unique in a shop.
_numbers = itertools.count(time.time_ns() // 1000 % 10**10)


class Person(Protocol):
    """Somebody who is logged in to Odoo."""

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any: ...


def new_barcode() -> str:
    """A GTIN-13 from the range that GS1 leaves to shops."""
    body = f"29{next(_numbers) % 10**10:010d}"
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-weighed % 10}"


def record_id(person: Person, module: str, name: str) -> int:
    """The record with this external name."""
    where = [("module", "=", module), ("name", "=", name)]
    [found] = person.call("ir.model.data", "search_read", where, ["res_id"])
    number: int = found["res_id"]
    return number


def draft(person: Person, name: str, price: float, **values: Any) -> int:
    """A new product (product.product) that has all it needs to be submitted. Prices are without taxes."""
    policy = record_id(person, *RETURNS_IN_30_DAYS)
    everything = record_id(person, "product", "product_category_all")
    category = {"name": f"Category of {name}", "parent_id": everything, "return_policy_id": policy}
    vendor = person.call("res.partner", "create", {"name": f"Vendor of {name}"})
    number: int = person.call(
        "product.product",
        "create",
        {
            "name": name,
            "list_price": price,
            "type": "consu",
            "categ_id": person.call("product.category", "create", category),
            "barcode": new_barcode(),
            "seller_ids": [(0, 0, {"name": vendor, "price": price / 2})],
            **values,
        },
    )
    return number


def approve(requester: Person, approver: Person, product: int) -> None:
    """Submit it as the one, and approve it as the other."""
    [found] = requester.call("product.product", "read", [product], ["product_tmpl_id"])
    template = found["product_tmpl_id"][0]
    requester.call("product.template", "action_approval_submit", [template])
    approver.call("product.template", "action_approval_approve", [template])
