"""For tests of addons that know tills: a till, and a sale in the form in which its page sends it."""

from itertools import count

from odoo import fields

# When it was sold, where that does not matter.
SOME_DAY = fields.Datetime.to_datetime("2026-11-25 10:00:00")
# Apart from those that a test gives itself.
_numbers = count(101)


def cash_till(env):
    """A pos.config that takes cash, into a journal and an account of its own, and nothing else."""
    cash = env["account.journal"].create({"name": "Till", "type": "cash", "code": "TILL"})
    receivable = env["account.account"].create(
        {
            "name": "Till",
            "code": "TTILL",
            "user_type_id": env.ref("account.data_account_type_receivable").id,
            "reconcile": True,
        }
    )
    method = env["pos.payment.method"].create(
        {
            "name": "Cash",
            "is_cash_count": True,
            "cash_journal_id": cash.id,
            "receivable_account_id": receivable.id,
        }
    )
    return env["pos.config"].create({"name": "Till", "payment_method_ids": [(6, 0, method.ids)]})


def till_order(session, product, quantity=1.0, *, price=None, number=None, moment=SOME_DAY, method=None, **data):
    """What `create_from_ui` takes: one product without taxes, paid at once.

    It is paid by `method`, or else by the first of the till, at the product's price unless one is given. The same
    number of a session is the same sale sent again; without a number it is a new one. What `data` says counts for
    more.
    """
    price = product.lst_price if price is None else price
    number, amount = number or next(_numbers), price * quantity
    uid = f"{session.id:05}-001-{number:04}"
    payment = {
        "name": f"{moment:%Y-%m-%d %H:%M:%S}",
        "payment_method_id": (method or session.payment_method_ids[:1]).id,
        "amount": amount,
    }
    sent = {
        "name": f"Order {uid}",
        "uid": uid,
        "server_id": False,
        "pos_session_id": session.id,
        "user_id": session.user_id.id,
        "partner_id": False,
        "pricelist_id": session.config_id.pricelist_id.id,
        "fiscal_position_id": False,
        "sequence_number": number,
        "creation_date": f"{moment:%Y-%m-%dT%H:%M:%S}.000Z",
        "amount_total": amount,
        "amount_paid": amount,
        "amount_tax": 0,
        "amount_return": 0,
        "lines": [[0, 0, _line(product, quantity, price)]],
        "statement_ids": [[0, 0, payment]],
        "to_invoice": False,
        **data,
    }
    return {"id": uid, "to_invoice": sent["to_invoice"], "data": sent}


def _line(product, quantity, price):
    return {
        "product_id": product.id,
        "qty": quantity,
        "price_unit": price,
        "price_subtotal": price * quantity,
        "price_subtotal_incl": price * quantity,
        "discount": 0,
        "tax_ids": [[6, False, []]],
        "pack_lot_ids": [],
        "id": 1,
    }
