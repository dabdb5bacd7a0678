"""What sells: stores, the web shop, wholesale, marketplaces; and what each is kept of the stock."""

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError


class Channel(models.Model):
    _name = "retail.channel"
    _description = "Sales channel"
    _order = "rank, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    rank = fields.Integer(
        default=10,
        required=True,
        help="Of orders that wait for the same stock, those with the lower rank get it first.",
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Urgent")],
        default="0",
        required=True,
        help="Of its deliveries. Odoo's scheduler reserves for urgent ones first.",
    )
    team_ids = fields.Many2many("crm.team", string="Sales teams", help="Whose orders are of this channel.")
    without_team = fields.Boolean(
        "Orders without a sales team", help="Orders that nobody gave a sales team are of this channel."
    )
    warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "retail_channel_warehouse_rel",
        "channel_id",
        "warehouse_id",
        "Sells from",
        help="Where there has to be stock before a promotion starts. Empty: any warehouse.",
    )
    only_in_stock = fields.Boolean(
        "Sells only what is there",
        help="An order for more than the channel can be promised is refused. Otherwise it waits for stock.",
    )
    safety_qty = fields.Float(
        "Safety stock",
        digits="Product Unit of Measure",
        help="So many of each product are never promised by this channel, because counts and shelves differ.",
    )
    hold_minutes = fields.Integer(
        "Held for (minutes)",
        default=30,
        required=True,
        help="From when a customer goes to pay. What is not paid by then is for others again.",
    )
    wait_days = fields.Integer(
        "Waits at most (days)",
        default=14,
        required=True,
        help="An order older than this goes before all others, and nothing is taken from it. 0: it never does.",
    )
    reserve_ids = fields.One2many("retail.channel.reserve", "channel_id", "Reserves")

    _sql_constraints = [
        ("code_once", "unique(code)", "Another channel has this code. Choose another one."),
        ("safety_not_negative", "check(safety_qty >= 0)", "Enter a safety stock of zero or more."),
        ("wait_not_negative", "check(wait_days >= 0)", "Enter for how many days an order waits, or 0 for ever."),
        ("hold_positive", "check(hold_minutes > 0)", "Enter for how many minutes stock is held."),
    ]

    @api.constrains("team_ids", "active")
    def _check_teams(self):
        for team in self.team_ids:
            if len(self.search([("team_ids", "in", team.ids)])) > 1:
                raise ValidationError(_("%s is in another channel already. Take it out there first.", team.name))

    @api.constrains("without_team", "active")
    def _check_without_team(self):
        if len(self.search([("without_team", "=", True)])) > 1:
            raise ValidationError(
                _("Orders without a sales team are of one channel. Untick it in the others first.")
            )

    @api.model
    def _of_team(self, team):
        """Its channel, or none: then nothing is kept for it, and it is kept from nothing."""
        domain = [("team_ids", "in", team.ids)] if team else [("without_team", "=", True)]
        return self.sudo().search(domain, limit=1)

    @api.model
    def _of_stores(self):
        """The channel that goods for stores are taken for; none when it was deleted or archived."""
        channel = self.sudo().env.ref("retail_allocation.channel_store", raise_if_not_found=False)
        return channel.filtered("active") if channel else self.browse()

    def _limits(self, product):
        """Whether this channel must not sell more of a product than it can be promised."""
        return self.only_in_stock and product.type == "product"


class ChannelReserve(models.Model):
    """Stock that only one channel may sell."""

    _name = "retail.channel.reserve"
    _description = "Reserve of a channel"
    _order = "channel_id, sequence, id"
    _rec_name = "channel_id"

    channel_id = fields.Many2one("retail.channel", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    warehouse_id = fields.Many2one("stock.warehouse", help="Empty: in every warehouse.", ondelete="cascade")
    categ_id = fields.Many2one("product.category", "Category", help="With those below it. Empty: all products.")
    share = fields.Float(
        "Share (%)",
        required=True,
        help="Of what is on hand, in whole units. What the channel has been promised of it counts.",
    )

    _sql_constraints = [("share_in_range", "check(share >= 0 and share <= 100)", "Enter a share from 0 to 100.")]

    def _fits(self, warehouse, product):
        in_category = (product.categ_id.parent_path or "").startswith(self.categ_id.parent_path or "")
        return self.warehouse_id in (warehouse, self.env["stock.warehouse"]) and in_category
