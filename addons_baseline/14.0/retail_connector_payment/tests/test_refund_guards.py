from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.addons.retail_base.tests.ways import CONTEXT_KEYS
from odoo.api import call_kw
from odoo.tests import new_test_user, tagged

from .common import PaymentCase

WORKED_OUT = "it is worked out from what was asked, so a value for it is stored nowhere"


@contextmanager
def without_credit_notes(case):
    payments = type(case.env["payment.transaction"])
    whole = patch.object(payments, "_refunds_due", lambda self: [(self.env["account.move"], self.amount)])
    anybody = patch.object(payments, "_require_may_refund", lambda self: None)
    with whole, anybody:
        yield


def by_rpc(case, payments, user=None, **context):
    model = case.env["payment.transaction"].with_user(user or case.clerk_of_accounts)
    call_kw(model, "s2s_do_refund", [payments.ids], {"context": context})


def of_one_made_up(case, _payment):
    """Whoever may write payments says of a new one that it is paid."""
    model = case.env["payment.transaction"].with_user(case.clerk_of_accounts)
    values = case.payment("template").copy_data({"reference": case.new_reference(), "state": "done"})
    made = call_kw(model, "create", [values[0]], {})
    by_rpc(case, model.browse(made))


def by_customer(case, payment):
    portal = new_test_user(case.env, "ana", groups="base.group_portal")
    payment.partner_id = portal.partner_id
    by_rpc(case, payment, portal)


def code(payments):
    return f"env['payment.transaction'].browse({payments.ids!r}).sudo().s2s_do_refund()"


def by_server_action(case, payment):
    kind = case.env["ir.model"]._get_id("payment.transaction")
    values = {"name": "Around it", "model_id": kind, "state": "code", "code": code(payment)}
    case.env["ir.actions.server"].create(values).with_user(case.env.ref("base.user_admin")).run()


def by_cron(case, payment):
    kind = case.env["ir.model"]._get_id("payment.transaction")
    values = {"name": "Around it", "model_id": kind, "state": "code", "code": code(payment)}
    case.env["ir.cron"].create({**values, "interval_type": "days"}).method_direct_trigger()


def elsewhere(case, payment):
    other = case.env["res.company"].create({"name": "Elsewhere"})
    case.clerk_of_accounts.write({"company_ids": [(4, other.id)]})
    by_rpc(case, payment, allowed_company_ids=other.ids)


def credited(case, payment):
    case.credit(payment, 12.5)
    by_rpc(case, payment)


@tagged("post_install", "-at_install")
class TestGuards(PaymentCase, GuardTable):
    """What comes about is a call to the payment service; so each way calls what asks for one."""

    guards = (
        Guard(
            name="refund_without_a_credit_note",
            model="payment.transaction",
            values={"refunded": 12.5},
            record=lambda case: case.paid(case.new_reference()),
            user=lambda case: case.clerk_of_accounts,
            proper=credited,
            buttons=("s2s_do_refund", "action_capture", "action_void"),
            off=without_credit_notes,
            ways={
                "rpc_write": by_rpc,
                "multi_record": by_rpc,
                "context_key": lambda case, payment: by_rpc(case, payment, **CONTEXT_KEYS),
                "create": of_one_made_up,
                "server_action": by_server_action,
                "cron": by_cron,
                "website": by_customer,
                "other_company": elsewhere,
                "import": WORKED_OUT,
                "context_default": WORKED_OUT,
                "own_default": WORKED_OUT,
                "pos": "a till pays back by its own terminal, and knows no payments of acquirers",
                "mail_gateway": "no alias writes payments",
                "archived": "payments have no archive",
            },
            refused_anyway={"website": "customers may read payments, and not write them"},
        ),
    )

    number = 0

    def new_reference(self):
        type(self).number += 1
        return f"S{self.number}"
