"""Products by their code: new ones are approved with the import, changes of approved ones as well."""

from odoo import _, api, models
from odoo.tools import float_compare

from ..rows import CHANGED, CREATED, SAME, Refused

# What new products get without these columns, and others keep.
_WITH_DEFAULTS = {"type": "type", "unit": "uom_id", "purchase_unit": "uom_po_id"}
_TYPES = {"storable": "product", "consumable": "consu", "service": "service"}


class ImportProducts(models.AbstractModel):
    _name = "retail.import.products"
    _inherit = "retail.import.kind"
    _description = "Import of products"

    _kind = "products"
    _target = "product.template"

    def _take_together(self, rows, approvals):
        self._refuse_taken_barcodes(rows)
        return super()._take_together([row for row in rows if not row.verdict], approvals)

    def _refuse_taken_barcodes(self, rows):
        """By the database they would be refused as well, but only after many tries and without a name."""
        barcodes = [row.values["barcode"] for row in rows if row.values.get("barcode")]
        everything = self.env["product.product"].sudo().with_context(active_test=False)
        found = everything.search([("barcode", "in", barcodes)])
        owners = {product.barcode: product.default_code or product.display_name for product in found}
        for row in rows:
            barcode = row.values.get("barcode")
            owner = owners.setdefault(barcode, row.key) if barcode else row.key
            if owner != row.key:
                row.refuse(_("%(other)s has the barcode %(barcode)s already.", other=owner, barcode=barcode))

    def _values(self, row):
        found = self._read(row)
        given = {"code": "default_code", "name": "name", "barcode": "barcode"}
        values = self._given(row, found, {**given, "weight": "weight"})
        if found["sales_price"]:
            values["list_price"] = found["sales_price"]
        values["categ_id"] = self._category(found["category"]).id
        values["type"] = self._type(found["type"])
        values.update(self._units(found))
        for column, use, field in (
            ("sale_tax", "sale", "taxes_id"),
            ("purchase_tax", "purchase", "supplier_taxes_id"),
        ):
            if found[column]:
                values[field] = [(6, 0, self._tax(found[column], use).ids)]
        if found["return_policy"]:
            label = self.env["product.template"]._fields["return_policy_id"]._description_string(self.env)
            policies = self.env["retail.return.policy"]
            values["return_policy_id"] = self._named(label, found["return_policy"], policies).id
        for column, allow in self._channel_columns().items():
            if row.values.get(column):
                values.update(self._in_channel(values["categ_id"], allow, found[column]))
        # Not written as they are: see _make and _change.
        return {**values, "cost": found["cost"], "seller": self._seller(found)}

    @api.model
    def _channel_columns(self):
        """Columns of yes and no, with what they ask for."""
        return {"sell": "allow_sale", "buy": "allow_purchase"}

    def _in_channel(self, categ_id, allow, wanted):
        """Values that ask for a channel, or leave it; what needs no approval goes there by Odoo's own flag."""
        if self.env["product.category"].browse(categ_id).approval_needed:
            return {allow: wanted}
        return {allow: wanted, self.env[self._target]._channels()[allow]: wanted}

    def _type(self, name):
        if name and name not in _TYPES:
            raise Refused(_("type: write storable, consumable or service instead of %s.", name))
        return _TYPES[name or "storable"]

    def _units(self, found):
        units = self.env["uom.uom"]
        sold = (
            self._named(_("unit"), found["unit"], units) if found["unit"] else self.env.ref("uom.product_uom_unit")
        )
        bought = self._named(_("unit"), found["purchase_unit"], units) if found["purchase_unit"] else sold
        return {"uom_id": sold.id, "uom_po_id": bought.id}

    def _seller(self, found):
        """Values of the vendor's line; None without a vendor."""
        if not found["vendor"]:
            return None
        vendor = self._partner(found["vendor"], "supplier_rank")
        return {
            "name": vendor.id,
            "product_code": found["vendor_code"],
            "price": found["vendor_price"] or 0.0,
            "min_qty": found["vendor_minimum"] or 0.0,
            "delay": int(found["vendor_days"] or 1),
            "currency_id": (vendor.property_purchase_currency_id or self.env.company.currency_id).id,
        }

    def _make(self, tasks, approvals):
        """They are approved in the transaction in which they come about: nobody changes them in between.

        By their variants: of a template, Odoo writes code, barcode, cost and weight afterwards, one by one.
        """
        places = self._places_in_the_shop(len(tasks))
        variants = self.env["product.product"].create(
            [{**self._of_new(values), **place} for (_row, values), place in zip(tasks, places)]
        )
        records = variants.mapped("product_tmpl_id")
        for (row, _values), record in zip(tasks, records):
            row.done(CREATED, record)
        approvals.grant(records.filtered("approval_needed"))
        self._remember([(row.key, record) for (row, _values), record in zip(tasks, records)])

    def _places_in_the_shop(self, count):
        """Last, as Odoo's own default, which reads all products for each of them."""
        templates = self.env["product.template"]
        if "website_sequence" not in templates._fields:
            return [{}] * count
        first = templates._default_website_sequence()
        return [{"website_sequence": first + 5 * number} for number in range(count)]

    def _of_new(self, values):
        plain = {name: value for name, value in values.items() if name not in ("cost", "seller")}
        if values["cost"]:
            plain["standard_price"] = values["cost"]
        # Odoo's own default is 1, which no standard would notice.
        plain.setdefault("list_price", 0.0)
        return {**plain, "seller_ids": [(0, 0, values["seller"])] if values["seller"] else []}

    def _change(self, row, values, record, approvals):
        if len(record.product_variant_ids) > 1:
            raise Refused(_("%s has variants. Change it in Odoo.", record.display_name))
        left = {"cost", "seller"} | {field for column, field in _WITH_DEFAULTS.items() if column not in row.values}
        news = self._news(record, {name: value for name, value in values.items() if name not in left})
        governed = record._governed_fields() | {"barcode"}
        waiting = record.open_change_id
        if waiting and governed & news.keys():
            # Somebody else's change would be approved along with ours.
            raise Refused(_("%s has a change that waits. Have it decided first.", record.display_name))
        if news:
            record.write(news)
        labels = self._labels(record, news) + self._change_seller(record, values["seller"])
        record.invalidate_cache(["open_change_id"], record.ids)
        if record.open_change_id and not waiting:
            approvals.grant(record.open_change_id)
        draft = record.approval_needed and record.approval_state != "approved"
        advice = [_("It is not approved yet: submit it by itself.")] if draft else []
        row.done(CHANGED if labels else SAME, record, ". ".join(filter(None, [", ".join(labels), *advice])))

    def _change_seller(self, record, values):
        """Labels of what changed in the vendor's line; a vendor who is new to the product comes on top."""
        if not values:
            return []
        lines = record.seller_ids.filtered(
            lambda line: (
                line.name.id == values["name"]
                and not float_compare(line.min_qty, values["min_qty"], precision_digits=3)
                and not line.date_start
                and not line.date_end
            )
        )
        if not lines:
            record.write({"seller_ids": [(0, 0, values)]})
            return self._labels(record, ["seller_ids"])
        news = self._news(lines[0], values)
        if news:
            lines[0].write(news)
        return self._labels(lines[0], news)

    def _natural(self, keys):
        return self._by_field("default_code", keys, [("company_id", "in", (False, self.env.company.id))])
