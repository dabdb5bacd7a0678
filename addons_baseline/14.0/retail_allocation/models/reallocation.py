"""Stock that is reserved for a lower channel's order, and not needed there so soon, goes to a higher channel's.

Who waits, and who could give, is asked for all products at once; each product in a place is then a transaction of
its own. Of open moves alone, so it does not grow with history.
"""

from collections import defaultdict

from odoo import _, api, models
from odoo.addons.retail_base.batch import apart
from odoo.tools import float_compare

# Once for each product in a place, not for each pair of orders; who may take from whom is looked at afterwards.
CONFLICTS = """
    WITH waiting AS (
        SELECT move.product_id, move.location_id, min(better.rank) AS rank,
               min(coalesce(move.date_deadline, move.date)) AS due
          FROM stock_move move
          JOIN retail_channel better ON better.id = move.retail_channel_id
         WHERE move.state IN ('confirmed', 'partially_available') AND move.procure_method = 'make_to_stock'
      GROUP BY move.product_id, move.location_id
    )
    SELECT waiting.product_id, waiting.location_id
      FROM waiting
     WHERE EXISTS (
           SELECT 1 FROM stock_move reserved
             JOIN retail_channel worse ON worse.id = reserved.retail_channel_id
            WHERE reserved.product_id = waiting.product_id AND reserved.location_id = waiting.location_id
              AND reserved.state IN ('assigned', 'partially_available') AND worse.rank > waiting.rank
              AND coalesce(reserved.date_deadline, reserved.date) >= waiting.due)
  ORDER BY 1, 2
"""


class StockMove(models.Model):
    _inherit = "stock.move"  # pylint: disable=consider-merging-classes-inherited # the job by itself

    @api.model
    def _cron_reallocate(self):
        self.flush()
        self.env.cr.execute(CONFLICTS)
        for product_id, location_id in self.env.cr.fetchall():
            apart(self, "_reallocate", product_id, location_id)

    @api.model
    def _reallocate(self, product_id, location_id):
        """For one product in one place."""
        open_ones = self.sudo().search(
            [
                ("product_id", "=", product_id),
                ("location_id", "=", location_id),
                ("retail_channel_id", "!=", False),
                ("state", "in", ("confirmed", "partially_available", "assigned")),
            ]
        )
        waiting = open_ones.filtered(lambda move: move.state != "assigned" and move._takes_from_stock())
        for move in waiting.sorted(lambda move: (move._effective_rank(), move._due(), move.id)):
            givers = (open_ones - move).filtered(move._may_take_from)
            # The lowest channel first, and of that who can wait longest.
            move._take_from(givers.sorted(lambda giver: (-giver._effective_rank(), -giver._due().timestamp())))

    def _takes_from_stock(self):
        return self.procure_method == "make_to_stock" and not self.move_orig_ids

    def _due(self):
        return self.date_deadline or self.date

    def _may_take_from(self, giver):
        """Only what is not being picked, of a lower channel that needs it no sooner, and no old order."""
        return (
            giver._effective_rank() > self.retail_channel_id.rank
            and giver._due() >= self._due()
            and giver.state in ("assigned", "partially_available")
            and giver._takes_from_stock()
            and not giver._has_waited_enough()
            and not giver.picking_id.printed
            and not any(giver.move_line_ids.mapped("qty_done"))
        )

    def _take_from(self, givers):
        """As many of these, in this order, as it needs; what is left over they get back."""
        missing, chosen = self.product_qty - self._reserved(), self.browse()
        for giver in givers:
            if float_compare(missing, 0, precision_rounding=self.product_id.uom_id.rounding) <= 0:
                break
            missing -= giver._reserved()
            chosen |= giver
        if not chosen:
            return
        before = {move: move._reserved() for move in self | chosen}
        chosen._do_unreserve()
        self._action_assign()
        chosen._action_assign()
        lost = {giver: before[giver] - giver._reserved() for giver in chosen}
        self._explain({giver: quantity for giver, quantity in lost.items() if quantity > 0})

    def _reserved(self):
        """In the product's unit."""
        return sum(self.move_line_ids.mapped("product_qty"))

    def _explain(self, lost):
        """Into both orders' own histories; `lost`: quantities by giver."""
        taken = defaultdict(float)
        for giver, quantity in lost.items():
            giver._tell_order(
                _(
                    "%(quantity)g of %(product)s, which were reserved, go to %(order)s: %(better)s comes before"
                    " %(channel)s, and it is due no later. They are reserved anew as soon as there are some.",
                    quantity=quantity,
                    product=giver.product_id.display_name,
                    order=self._order_name(),
                    better=self.retail_channel_id.name,
                    channel=giver.retail_channel_id.name,
                )
            )
            taken[giver._order_name()] += quantity
        for order, quantity in taken.items():
            self._tell_order(
                _(
                    "%(quantity)g of %(product)s were taken over from %(order)s, whose channel comes later.",
                    quantity=quantity,
                    product=self.product_id.display_name,
                    order=order,
                )
            )

    def _order_name(self):
        return self.sale_line_id.order_id.name or self.picking_id.name or self.reference

    def _tell_order(self, text):
        document = self.sale_line_id.order_id or self.picking_id
        if document:
            document.message_post(body=text)
