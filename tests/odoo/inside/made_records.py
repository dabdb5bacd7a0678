"""For scripts in Odoo's shell: a record of any model that belongs to a given store, with what it needs.

What a model asks for is read from its fields; where its own rules ask for more, SPECIAL says it.
"""

from odoo import fields
from odoo.addons.retail_base import guard

WORDS = frozenset({"char", "text", "html"})


def lamp(maker):
    return {"product_id": maker.lamp.id}


def counted(maker):
    return {**lamp(maker), "product_uom_id": maker.lamp.uom_id.id}


# What a model's own rules ask for in addition. None: Odoo fills it in.
SPECIAL = {
    "account.bank.statement": lambda maker: {"journal_id": maker.bank().id},
    "account.bank.statement.line": lambda _maker: {"amount": 5.0, "payment_ref": "Change", "move_id": None},
    "document.page": lambda _maker: {"content": "<p>As it is done</p>", "type": "content"},
    "payment.transaction": lambda _maker: {"amount": 5.0},
    "pos.payment": lambda maker: {"payment_method_id": maker.record("pos.config").payment_method_ids[:1].id},
    "purchase.order.line": lambda maker: {**lamp(maker), "date_planned": fields.Datetime.now()},
    "retail.bill.release": lambda maker: {"move_id": maker.bill().id},
    "retail.connector.endpoint": lambda _maker: {"url": "https://carrier.example/v1"},
    "retail.exception": lambda _maker: dict.fromkeys(
        ("first_seen", "last_seen", "deadline"), fields.Datetime.now()
    ),
    "retail.import.file": lambda _maker: {"content": b"QQ=="},
    # Approved and to come, so that the view of upcoming prices has its line.
    "retail.price.change": lambda _maker: {"approval_state": "approved"},
    "retail.product.change": lambda maker: {"product_tmpl_id": maker.product_of_company().id},
    "retail.product.change.line": lambda _maker: {"name": "description_sale", "value": '"Made"'},
    "retail.promotion.override": lambda maker: {
        "res_model": "coupon.program",
        "res_id": maker.any("coupon.program").id,
    },
    "retail.sop": lambda maker: {"page_id": maker.record("document.page").id},
    "retail.sop.reading": lambda maker: {"version_id": maker.record("document.page").history_head.id},
    "sale.order.line": lambda maker: {**lamp(maker), "product_uom": maker.lamp.uom_id.id},
    "stock.inventory.line": counted,
    "stock.move": lambda maker: {**lamp(maker), "product_uom": maker.lamp.uom_id.id},
    "stock.move.line": counted,
    "stock.quant": lambda maker: {**lamp(maker), "quantity": 5.0},
    "stock.request": counted,
    "stock.scrap": counted,
}
# What addons bring, a code of theirs for each: there are no others.
BROUGHT = ("retail.detector", "retail.period.check", "retail.signal.check", "retail.signal.kind")
# Where the place itself is asked for, or something that belongs to it, or what is there anyway.
OF_PLACE = {
    "stock.warehouse": lambda maker: maker.place,
    "stock.picking.type": lambda maker: maker.place.int_type_id,
    "stock.location": lambda maker: maker.place.lot_stock_id,
    "pos.config": lambda maker: maker.till(),
    "res.company": lambda maker: maker.place.company_id,
    "res.users": lambda maker: maker.env.ref("base.user_admin"),
    "uom.uom": lambda maker: maker.lamp.uom_id,
    **{name: lambda maker, name=name: maker.any(name) for name in BROUGHT},
}


class Maker:
    """`place` is a warehouse; `telling` names, by model, the fields that say where a record belongs."""

    def __init__(self, env, place, lamp, telling):
        self.env, self.place, self.lamp, self.telling = env, place, lamp, telling
        self._made = {}

    def record(self, name):
        """The same one each time; as superuser."""
        if name not in self._made:
            with self.env.cr.savepoint():
                self._made[name] = self._record(name)
        return self._made[name]

    def values(self, name):
        model = self.env[name].sudo()
        values = model.default_get(list(model._fields))
        for field in model._fields.values():
            asked = (field.required and not values.get(field.name)) or field.name in self.telling.get(name, ())
            if asked and field.store and not field.related and field.name not in ("id", "create_uid"):
                values[field.name] = self._value(field)
        values.update(SPECIAL.get(name, lambda _maker: {})(self))
        return {key: value for key, value in values.items() if value is not None}

    def any(self, name):
        return self.env[name].sudo().search([], limit=1)

    def till(self):
        return (
            self.env["pos.config"].sudo().search([("picking_type_id.warehouse_id", "=", self.place.id)], limit=1)
        )

    def product_of_company(self):
        return self.lamp.product_tmpl_id.sudo().create({"name": "Made", "company_id": self.place.company_id.id})

    def bank(self):
        return self.env["account.journal"].sudo().search([("type", "=", "bank")], limit=1)

    def bill(self):
        return self.env["account.move"].sudo().create({"move_type": "in_invoice"})

    def _record(self, name):
        if name in OF_PLACE:
            return OF_PLACE[name](self)
        model = self.env[name].sudo()
        if not model._auto:
            # Of documents that are there.
            ways = {"warehouse_id": "warehouse_id", "config_id": "config_id.picking_type_id.warehouse_id"}
            here = [(ways[name], "=", self.place.id) for name in ways if name in model._fields]
            return model.search(here, limit=1)
        return guard.passing(model).create(self.values(name)).sudo()

    def _value(self, field):
        if field.relational:
            found = self._related(field.comodel_name)
            return found.id if field.type == "many2one" else [(6, 0, found.ids)]
        if field.type == "selection":
            return field.get_values(self.env)[0]
        if field.type in WORDS:
            # Of both stores there is one, and some names are unique.
            return f"Made in {self.place.code}"
        return {"date": fields.Date.today(), "datetime": fields.Datetime.now(), "boolean": False}.get(
            field.type, 1
        )

    def _related(self, name):
        if name in OF_PLACE or name in SPECIAL or name in self.telling:
            return self.record(name)
        return self.any(name)
