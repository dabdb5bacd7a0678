"""A scrap: a reason always, and a second person above the limits, before anything is taken out of stock."""

from odoo import _, fields, models

from ..differences import Difference, crosses


class StockScrap(models.Model):
    _name = "stock.scrap"
    _inherit = ["stock.scrap", "retail.adjustment.mixin"]

    reason_id = fields.Many2one("retail.adjustment.reason", ondelete="restrict")
    note = fields.Char()
    adjustment_entry_ids = fields.One2many("retail.adjustment.entry", "scrap_id", "Differences", readonly=True)

    def do_scrap(self):
        """Scrap what is approved or within limits; what is not waits, and is validated again afterwards."""
        for scrap in self:
            if scrap.approval_state == "approved":
                scrap._look_again()
            if scrap.approval_state in ("draft", "rejected"):
                scrap.action_approval_submit()
            if scrap.approval_state != "pending":
                scrap._approval_require()
                entries = scrap._enter_differences()
                super(StockScrap, scrap).do_scrap()
                entries._require_claimed()
        return True

    def _look_again(self):
        """Nobody had to agree then; meanwhile others may have used up the limit."""
        if not self._approval_last_request().step_ids and self._approval_plan():
            self._approval_reopen(_("The limit has been used up since"))

    def _enter_differences(self):
        """Into the register; nothing where our stock does not become less."""
        register = self.env["retail.adjustment.entry"]
        stocked = self.product_id.type == "product" and crosses(self._source(), self.scrap_location_id)
        return register._enter(self, self.sudo()._differences()) if stocked else register.browse()

    def _source(self):
        """Where it is taken from, as core finds it."""
        incoming = self.picking_id and self.picking_id.picking_type_code == "incoming"
        return self.picking_id.location_dest_id if incoming else self.location_id

    def _differences(self):
        unit, source = self.product_id.uom_id, self._source()
        on_hand = self.env["stock.quant"]._gather(
            self.product_id, source, self.lot_id, self.package_id, self.owner_id, strict=True
        )
        return [
            Difference(
                product=self.product_id,
                location=source,
                warehouse=self.env["retail.warehouse.places"]._warehouse_of(source),
                lot=self.lot_id,
                package=self.package_id,
                owner=self.owner_id,
                units=-self.product_uom_id._compute_quantity(self.scrap_qty, unit, rounding_method="HALF-UP"),
                expected=sum(on_hand.mapped("quantity")),
                unit_cost=self.product_id.with_company(self.company_id).standard_price,
                reason=self.reason_id,
                note=self.note or "",
            )
        ]

    def _approval_problems(self):
        if self.state == "done":
            return [_("It has been scrapped already.")]
        return super()._approval_problems()

    def _approval_content(self):
        return [
            *(
                self[name].id
                for name in (
                    "product_id", "product_uom_id", "lot_id", "package_id", "owner_id", "location_id",
                    "scrap_location_id", "picking_id", "reason_id",
                )
            ),
            self.scrap_qty,
            self.note or "",
        ]  # fmt: skip

    def _approval_involved(self):
        return self.create_uid
