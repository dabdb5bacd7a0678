"""Which offers have to be told anew, found by one query from what changed since the last time.

Nothing is noted when something is sold: a till's sale costs no more for being offered elsewhere as well.
"""

from datetime import timedelta

from odoo import api, models
from odoo.addons.retail_base.batch import apart

# A change is seen when its transaction ends, and is dated when that began: longer ago than any request lasts.
OVERLAP = timedelta(minutes=5)
# What leaves no date is found by then: a cancelled move, a new reserve, a rate of exchange.
ALL_EVERY = timedelta(hours=1)
# Messages of one run, some seconds: the rest is told by the next.
AT_ONCE = 500

PUBLISHED = """
    SELECT product.id, product.write_date AS changed, template.write_date AS template_changed,
           publication.write_date AS published
      FROM retail_channel_publication publication
      JOIN product_template template ON template.id = publication.product_tmpl_id
      JOIN product_product product ON product.product_tmpl_id = template.id
      JOIN retail_channel channel ON channel.id = publication.channel_id AND channel.active
     WHERE publication.channel_id = %(channel)s AND publication.approval_state = 'approved'
       AND template.sale_ok AND template.active AND product.active
       AND NOT COALESCE(product.approval_pending, false)
       AND COALESCE(template.company_id, %(company)s) = %(company)s
"""
CHANGED = f"""
    WITH published AS ({PUBLISHED}), moved AS (
        SELECT product_id FROM stock_quant WHERE write_date >= %(since)s
     UNION
        SELECT product_id FROM stock_move
         WHERE state IN ('waiting', 'confirmed', 'partially_available', 'assigned') AND write_date >= %(since)s
     UNION
        SELECT product_id FROM retail_stock_hold
         WHERE create_date >= %(since)s OR ended_at >= %(since)s
            OR (expires_at >= %(since)s AND expires_at <= %(now)s)
     UNION
        SELECT unnest(%(left)s::integer[])
    )
    SELECT published.id FROM published
 LEFT JOIN retail_channel_offer offer ON offer.product_id = published.id AND offer.channel_id = %(channel)s
 LEFT JOIN retail_connector_message message ON message.id = offer.message_id
     WHERE %(all)s OR offer.listed IS NOT TRUE OR message.settled_at >= %(since)s
        OR GREATEST(published.changed, published.template_changed, published.published) >= %(since)s
        OR published.id IN (SELECT product_id FROM moved)
  ORDER BY published.id
"""  # noqa: S608 it is put together from the text above
GONE = f"""
    SELECT offer.id FROM retail_channel_offer offer
     WHERE offer.channel_id = %(channel)s AND offer.listed
       AND NOT EXISTS (SELECT FROM ({PUBLISHED}) published WHERE published.id = offer.product_id)
  ORDER BY offer.id
"""  # noqa: S608
# Rules that come, change, go, begin or end; a table of settings, not of history.
RULES = """
    SELECT concat_ws('/', count(*), max(write_date),
           count(*) FILTER (WHERE date_start > %(now)s), count(*) FILTER (WHERE date_end < %(now)s))
      FROM product_pricelist_item
"""


class Channel(models.Model):
    _name = "retail.channel"
    _inherit = "retail.channel"

    @api.model
    def _cron_tell(self):
        """Each marketplace in a transaction of its own."""
        for channel in self.with_context(active_test=False).search([("endpoint_id", "!=", False)]):
            apart(channel, "_tell_changes")

    def _tell_changes(self):
        """Queue one message for each variant of which something else holds than was told."""
        self.ensure_one()
        channel = self.sudo().with_company(self.sudo()._offer_company())
        self.flush()
        facts = channel._feed_facts()
        gone = channel._feed_ids(GONE, facts)
        for offer in self.env["retail.channel.offer"].sudo().browse(gone[:AT_ONCE]):
            offer._take_down()
        products = self.env["product.product"].sudo().browse(channel._feed_ids(CHANGED, facts))
        left = AT_ONCE - len(gone)
        told_all = left > 0 and channel._tell_products(products.with_company(channel._offer_company()), left)
        if told_all:
            channel._feed_done(facts)

    def _tell_products(self, products, limit):
        """Whether all were looked at; otherwise the next run goes on."""
        offers, told = self.env["retail.channel.offer"].sudo(), 0
        known = offers.search([("channel_id", "=", self.id), ("product_id", "in", products.ids)])
        by_product = {offer.product_id.id: offer for offer in known}
        quantities, prices = self._offer_quantities(products), self._offer_prices(products)
        for product in products:
            offer, sku = by_product.get(product.id, offers), product._offer_sku()
            now = (quantities[product.id], prices[product.id], sku)
            # What is under way is looked at again when it has ended.
            if not sku or offer._says(*now) or offer._is_under_way():
                continue
            if told == limit:
                return False
            (offer or offers._new(self, product))._tell(*now)
            told += 1
        return True

    def _feed_facts(self):
        self.env.cr.execute("SELECT now() AT TIME ZONE 'UTC'")
        now = self.env.cr.fetchone()[0]
        self.env.cr.execute(RULES, {"now": now})
        rules = self.env.cr.fetchone()[0]
        since = (self.told_until or now) - OVERLAP
        stale = not self.told_all_at or self.told_all_at <= now - ALL_EVERY
        return {
            "channel": self.id,
            "company": self._offer_company().id,
            "now": now,
            "since": since,
            "left": self._left_since(since),
            "rules": rules,
            "all": stale or rules != self.told_rules,
        }

    def _feed_ids(self, query, facts):
        self.env["base"].flush()
        self.env.cr.execute(query, facts)
        return [row[0] for row in self.env.cr.fetchall()]

    def _feed_done(self, facts):
        self.env.cr.execute(
            """UPDATE retail_channel SET told_until = %(now)s, told_rules = %(rules)s,
                      told_all_at = CASE WHEN %(all)s THEN %(now)s ELSE told_all_at END
                WHERE id = %(channel)s""",
            facts,
        )
        self.invalidate_cache(["told_until", "told_rules", "told_all_at"], self.ids)
