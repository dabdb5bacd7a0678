"""Applies a description by the addon retail_store_network, and writes down which one it was."""

import time

NETWORK_PARAMETER = "shopfleet.network"
MODEL = "retail.store.network"

# The shop serves meanwhile, and whoever writes the same row first wins; so do two who set up stores at once.
TRIES = 5
# Seconds after the first conflict, then twice as long each time.
PAUSE = 1.0


class RefusedError(Exception):
    """Sentences for people: what is wrong with the description, or why Odoo does not take it."""


def apply(odoo, database, wanted):
    """What was done, as the addon reports it; raises RefusedError."""
    from psycopg2.extensions import TransactionRollbackError

    registry = odoo.registry(database)
    if MODEL not in registry:
        raise RefusedError(
            "module retail_store_network is not installed: create the tenant with the bundle storeNetwork"
        )
    for attempt in range(1, TRIES):
        try:
            return _once(odoo, registry, wanted)
        except TransactionRollbackError:
            time.sleep(PAUSE * 2 ** (attempt - 1))
    return _once(odoo, registry, wanted)


def _once(odoo, registry, wanted):
    from odoo.exceptions import AccessError, UserError, ValidationError

    try:
        with odoo.api.Environment.manage(), registry.cursor() as cr:
            env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
            # What Odoo names by itself (operation types, routes) is for the people of the shop.
            shop = env(context={"lang": env.company.partner_id.lang})
            report = shop[MODEL].apply(wanted.network)
            env["ir.config_parameter"].set_param(NETWORK_PARAMETER, wanted.digest)
    except (UserError, ValidationError, AccessError) as error:
        raise RefusedError(_in_english(odoo, registry, wanted) or str(error)) from error
    # Tell the pods that what they have cached is of before.
    registry.signal_changes()
    return report


def _in_english(odoo, registry, wanted):
    """The same refusal for who runs the platform, in its language; None when it was of the moment."""
    from odoo.exceptions import AccessError, UserError, ValidationError

    with odoo.api.Environment.manage(), registry.cursor() as cr:
        # Without a language, Odoo takes that of the superuser, who speaks as the shop does.
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {"lang": "en_US"})
        try:
            env[MODEL].apply(wanted.network, dry_run=True)
        except (UserError, ValidationError, AccessError) as error:
            return str(error)
        finally:
            cr.rollback()
    return None
