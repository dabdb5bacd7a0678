"""Run in Odoo's shell: price changes that meet on connections of their own, and a large one.

STEP says which of the functions; what it found goes to /tenant/found.json.
"""

import json
import os
import time
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import psycopg2
from odoo import api
from odoo.addons.retail_price_governance.models import price_change_applying

MANY = 10000


@contextmanager
def transaction():
    with env.registry.cursor() as cursor:
        yield api.Environment(cursor, 1, {})


def made(shop, number):
    """So many products, made in a transaction that is over."""
    names = [{"name": f"Lamp {each}", "list_price": 100.0} for each in range(number)]
    return shop["product.template"].with_context(tracking_disable=True).create(names)


def scheduled(number):
    """The id of a change of so many prices that somebody approved and that is due."""
    with transaction() as shop:
        products = made(shop, number).ids
    with transaction() as shop:
        if "approval_state" in shop["product.template"]._fields:
            raise AssertionError("this shop has more than price governance")
        shop["retail.price.rule"].search([]).unlink()
        shop["retail.price.rule"].create({"max_change": 50, "days": 30})
        lines = [(0, 0, {"product_tmpl_id": each, "new_price": 120.0}) for each in products]
        change = shop["retail.price.change"].create({"name": "Together", "line_ids": lines})
        # As if it were too large to be applied at once.
        with patch.object(price_change_applying, "BATCH", 0):
            change.action_approval_submit()
        assert change.state == "approved"
        return change.id


def prices(shop, change):
    return sorted(set(shop["retail.price.change"].browse(change).line_ids.mapped("product_tmpl_id.list_price")))


def refusal(attempt):
    """The code of the error by which Odoo knows that it has to do a request again; empty without one."""
    try:
        attempt()
    except psycopg2.OperationalError as error:
        return error.pgcode
    return ""


def applied_after(second, work):
    """A change that `second` puts into force with a picture from before the first's `work`, and then once more.

    Also the code with which that was refused.
    """
    change = scheduled(3)
    late = second["retail.price.change"].browse(change)
    assert late.state == "approved"
    with transaction() as first:
        work(first["retail.price.change"].browse(change))
        first["base"].flush()
    refused = refusal(late._apply)
    second.cr.rollback()
    second.clear()
    late._apply()
    return late, refused


def apply_at_once():
    """Two that put the same change into force; the second's picture is from before the first."""
    with transaction() as second:
        late, refused = applied_after(second, lambda change: change._apply())
        messages = late.message_ids.filtered(lambda message: "All prices" in (message.body or ""))
        return {"refused": refused, "prices": prices(second, late.id), "told": len(messages)}


def apply_and_cancel_at_once():
    with transaction() as second:
        late, refused = applied_after(second, lambda change: change.action_cancel())
        return {"refused": refused, "prices": prices(second, late.id), "state": late.state}


def job_meets_another():
    """Two scheduled actions: the second leaves what the first does, and the next run finds nothing to do."""
    change = scheduled(3)
    with transaction() as second:
        jobs = second["retail.price.change"]
        assert jobs.browse(change).state == "approved"
        with transaction() as first:
            first["retail.price.change"]._apply_due()
        jobs._apply_due()
        second.clear()
        jobs._apply_due()
        return {"prices": prices(second, change), "state": jobs.browse(change).state}


def many():
    """Seconds that proposing and applying many prices take."""
    begun = time.monotonic()
    change = scheduled(MANY)
    proposed = time.monotonic()
    with transaction() as shop:
        shop["retail.price.change"]._apply_due()
        applied = time.monotonic()
        state = shop["retail.price.change"].browse(change).state
        return {
            "made_and_proposed": proposed - begun,
            "applied": applied - proposed,
            "state": state,
            "prices": prices(shop, change),
        }


found = globals()[os.environ["STEP"]]()
Path("/tenant/found.json").write_text(json.dumps(found))
