"""Who is responsible for a store's stock gets one activity for each product that runs low and does not come."""

from odoo import _, api, fields, models
from odoo.addons.retail_base.batch import apart

# Of open moves and stock on hand alone, neither of which grows with history. As core forecasts it, but without
# requests for quotation, which nobody has ordered yet, and whatever the day: all that comes counts. What became
# low while nobody was responsible has not been told yet, and changes when somebody is.
CHANGED = """
    WITH inside AS (
        SELECT location.id FROM stock_location location
          JOIN stock_location top ON top.id = %(stock)s
         WHERE location.parent_path LIKE top.parent_path || '%%'
    ),
    there AS (
        SELECT product_id, sum(quantity) AS quantity FROM (
            SELECT product_id, quantity FROM stock_quant WHERE location_id IN (SELECT id FROM inside)
            UNION ALL
            SELECT product_id, CASE WHEN location_dest_id IN (SELECT id FROM inside) THEN product_qty
                                    ELSE -product_qty END
              FROM stock_move
             WHERE state IN ('waiting', 'confirmed', 'assigned', 'partially_available')
               AND (location_id IN (SELECT id FROM inside)) != (location_dest_id IN (SELECT id FROM inside))
            UNION ALL
            SELECT product_id, -quantity
              FROM unnest(%(products)s::integer[], %(quantities)s::float[]) AS gone (product_id, quantity)
        ) each GROUP BY product_id
    ),
    seen AS (
        SELECT rule.id, coalesce(there.quantity, 0) AS quantity,
               rule.active AND product.active AND coalesce(there.quantity, 0) < rule.product_min_qty AS low
          FROM stock_warehouse_orderpoint rule
          JOIN product_product product ON product.id = rule.product_id
          LEFT JOIN there ON there.product_id = rule.product_id
         WHERE rule.location_id = %(stock)s
    )
    UPDATE stock_warehouse_orderpoint rule
       SET low_since = CASE WHEN seen.low THEN coalesce(rule.low_since, %(now)s) END,
           low_told = seen.low AND %(somebody)s
      FROM seen
     WHERE rule.id = seen.id AND (seen.low != (rule.low_since IS NOT NULL)
                                  OR seen.low AND %(somebody)s AND NOT coalesce(rule.low_told, false))
 RETURNING rule.id, seen.low, seen.quantity
"""
# By hand, because the ORM looks at each document and sends its user a mail.
TELL = """
    INSERT INTO mail_activity (
        res_model_id, res_model, res_id, res_name, activity_type_id, summary, user_id, date_deadline, automated,
        create_uid, create_date, write_uid, write_date)
    SELECT %(model)s, 'stock.warehouse.orderpoint', told.id, told.name, %(kind)s, told.summary, %(responsible)s,
           %(today)s, true, %(user)s, %(now)s, %(user)s, %(now)s
      FROM unnest(%(ids)s, %(names)s, %(summaries)s) AS told (id, name, summary)
"""
# Whoever was told and is not responsible any more cannot help.
HAND_OVER = """
    UPDATE mail_activity activity SET user_id = %(responsible)s
      FROM stock_warehouse_orderpoint rule
     WHERE activity.res_model = 'stock.warehouse.orderpoint' AND activity.res_id = rule.id
       AND activity.activity_type_id = %(kind)s AND activity.automated AND activity.user_id != %(responsible)s
       AND rule.location_id = %(stock)s AND rule.low_since IS NOT NULL
"""


class Orderpoint(models.Model):
    _name = "stock.warehouse.orderpoint"
    _inherit = ["stock.warehouse.orderpoint", "mail.thread", "mail.activity.mixin"]

    low_since = fields.Datetime("Low since", readonly=True, copy=False)
    low_told = fields.Boolean("Somebody was told", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        """Without the note and the follower that a document with a history begins with: there are many of them."""
        quietly = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        return super(Orderpoint, quietly).create(vals_list).with_env(self.env)

    def _low_summary(self, there):
        return _(
            "%(product)s runs low: %(there)g there or to come, of at least %(least)g",
            product=self.product_id.display_name,
            there=there,
            least=self.product_min_qty,
        )

    def _activity_of_low_stock(self):
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", self.env.ref("retail_replenishment.activity_low_stock").id),
                ]
            )
        )


class Warehouse(models.Model):
    _inherit = "stock.warehouse"

    stock_responsible_id = fields.Many2one(
        "res.users", "Responsible for stock", help="Is told which products run low. Empty: nobody is told."
    )

    def _stock_responsible(self):
        """One user, or none."""
        return self.stock_responsible_id

    @api.model
    def _cron_low_stock(self):
        # All: a shop has as many as it has doors.
        for warehouse in self.sudo().search([]):  # pylint: disable=no-search-all
            apart(warehouse, "_watch_stock")

    def _watch_stock(self):
        """Tell what is low and was not told yet, and take back what is not low any more."""
        self.ensure_one()
        rules = self.env["stock.warehouse.orderpoint"].sudo()
        self.env["base"].flush()
        now, responsible = fields.Datetime.now(), self.sudo()._stock_responsible()
        gone = self._gone_not_moved()
        place = {"stock": self.lot_stock_id.id, "now": now, "somebody": bool(responsible)}
        self.env.cr.execute(CHANGED, {**place, "products": list(gone), "quantities": list(gone.values())})
        changed = self.env.cr.fetchall()
        rules.invalidate_cache()
        rules.browse([number for number, low, _there in changed if not low])._activity_of_low_stock().unlink()
        if responsible:
            self._hand_over(responsible)
            self._tell(responsible, {number: there for number, low, there in changed if low}, now)

    def _gone_not_moved(self):
        """By product id: how many have left although Odoo has not moved them yet. Addons know of some."""
        return {}

    def _hand_over(self, responsible):
        kind = self.env.ref("retail_replenishment.activity_low_stock").id
        place = self.lot_stock_id.id
        self.env.cr.execute(HAND_OVER, {"responsible": responsible.id, "kind": kind, "stock": place})
        self.env["mail.activity"].invalidate_cache()

    def _tell(self, responsible, low, now):
        """`low`: what is there or comes, by id of reordering rule."""
        if not low:
            return
        rules = self.env["stock.warehouse.orderpoint"].sudo().with_context(lang=responsible.lang).browse(low)
        told = [(rule.id, rule.product_id.display_name, rule._low_summary(low[rule.id])) for rule in rules]
        ids, names, summaries = (list(each) for each in zip(*told))
        self.env.cr.execute(
            TELL,
            {
                "model": self.env["ir.model"].sudo()._get_id("stock.warehouse.orderpoint"),
                "kind": self.env.ref("retail_replenishment.activity_low_stock").id,
                "responsible": responsible.id,
                "today": fields.Date.context_today(self),
                "user": self.env.uid,
                "now": now,
                "ids": ids,
                "names": names,
                "summaries": summaries,
            },
        )
        self.env["mail.activity"].invalidate_cache()
        rules.invalidate_cache(["activity_ids"])
