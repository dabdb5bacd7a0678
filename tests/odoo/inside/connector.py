"""Run in Odoo's shell: what two transactions do to each other, on connections of their own.

STEP says which of the functions; what it found goes to /tenant/found.json.
"""

import json
import os
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from odoo import api

CARRIER = os.environ["CARRIER"]


@contextmanager
def transaction():
    with env.registry.cursor() as cursor:
        yield api.Environment(cursor, 1, {})


def endpoint(shop):
    found = shop["retail.connector.endpoint"].search([("code", "=", "parcels")])
    values = {"name": "Parcels", "code": "parcels", "url": CARRIER, "timeout": 60}
    return found or found.create(values)


def queue(shop, key):
    return shop["retail.connector.message"]._queue(endpoint(shop), key, {"weight": 1})


def sell():
    """A sale that is committed, and one that is not."""
    with transaction() as shop:
        committed = queue(shop, os.environ["KEY"])
        shop["base"].flush()
    with transaction() as shop:
        queue(shop, "never")
        shop["base"].flush()
        shop.cr.rollback()
    return committed.id


def queue_the_same_at_once():
    """What the second of two gets: an error that Odoo answers by doing the request again, and then the first's."""
    with transaction() as shop:
        # So that only the message is new.
        endpoint(shop)
        shop["base"].flush()
    with transaction() as second:
        # Its picture of the database is from before the first.
        second["retail.connector.message"].search([])
        with transaction() as first:
            known = queue(first, "twice").id
            first["base"].flush()
        try:
            queue(second, "twice")
            refused = ""
        except psycopg2.OperationalError as error:
            refused = error.pgcode
            second.cr.rollback()
        second.clear()
        return {"refused": refused, "known": known, "again": queue(second, "twice").id}


def deliver_at_once():
    """Whether a second job may try while the first does, and after it."""
    with transaction() as shop:
        message = queue(shop, "locked").id
        shop["base"].flush()
    with transaction() as first, transaction() as second:
        locks = [each["retail.connector.message"].browse(message)._lock_to_deliver() for each in (first, second)]
        first.cr.rollback()
        second.cr.rollback()
        return [*locks, second["retail.connector.message"].browse(message)._lock_to_deliver()]


def sell_many():
    """So many sales at once; their messages."""
    with transaction() as shop:
        messages = [queue(shop, f"{os.environ['KEY']}/{number}").id for number in range(int(os.environ["SALES"]))]
        shop["base"].flush()
    return messages


def rescue_while_it_is_delivered():
    """What becomes of a job that began an hour ago: while its call is still being made, and after that."""
    with transaction() as shop:
        message = queue(shop, "slow")
        shop["base"].flush()
        identifier, job = message.id, message.job_uuid
        began = "UPDATE queue_job SET state = 'started', date_started = now() - interval '1 hour' WHERE uuid = %s"
        shop.cr.execute(began, [job])
        due = "UPDATE retail_connector_message SET next_try_at = now() - interval '1 hour' WHERE id = %s"
        shop.cr.execute(due, [identifier])
    with transaction() as first:
        first["retail.connector.message"].browse(identifier)._lock_to_deliver()
        rescue()
        meanwhile = job_state(job)
    rescue()
    return [meanwhile, job_state(job)]


def job_state(uuid):
    with transaction() as shop:
        return shop["queue.job"].search([("uuid", "=", uuid)]).state


def rescue():
    """What scheduled actions do: ours, and queue_job's own for jobs that were handed out and never begun."""
    with transaction() as shop:
        shop["queue.job"].requeue_stuck_jobs()
        shop["retail.connector.message"]._rescue()
        shop["base"].flush()


found = globals()[os.environ["STEP"]]()
Path("/tenant/found.json").write_text(json.dumps(found))
