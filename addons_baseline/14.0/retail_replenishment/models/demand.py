"""What the reordering rules of one warehouse should be, from what left it: one query for all its products.

It reads moves of the policies' days alone, by their date, so it does not grow with history.
"""

# Products younger than this are taken as so old, because a first day says little about the next ones.
YOUNG_DAYS = 7

# One policy for each category: the first that names it or one above it.
CHOSEN = """
    SELECT DISTINCT ON (category.id) category.id AS categ_id, policy.id, policy.history_days,
           policy.review_days + policy.safety_days AS spare_days, policy.cover_days, policy.least_qty,
           policy.central_keeps_stock, policy.max_change_pct, policy.small_qty, policy.large_changes,
           policy.hold_days
      FROM retail_replenishment_policy policy
      LEFT JOIN product_category top ON top.id = policy.categ_id
      JOIN product_category category ON top.id IS NULL OR category.parent_path LIKE top.parent_path || '%%'
     WHERE policy.id = ANY(%(policies)s)
  ORDER BY category.id, policy.sequence, policy.id
"""
# For each route by which the warehouse is supplied from another one, how many days its moves take together.
SUPPLY = """
    SELECT route.id, coalesce(sum(rule.delay), 0) AS days
      FROM stock_location_route route
      LEFT JOIN stock_rule rule
           ON rule.route_id = route.id AND rule.active AND rule.action IN ('pull', 'pull_push')
     WHERE route.supplied_wh_id = %(warehouse)s AND route.active
  GROUP BY route.id
"""
# One reordering rule for each product of the warehouse, an active one before an archived one.
RULES = """
    SELECT DISTINCT ON (product_id) product_id, id, active, route_id, product_min_qty, product_max_qty,
           entered_on
      FROM stock_warehouse_orderpoint
     WHERE location_id = %(stock)s
  ORDER BY product_id, active DESC, id
"""
# What left the warehouse in its policy's days, for customers, production or other places. A return lowers it, and
# need not come to where goods are sold from; losses, scrap and returns to vendors are no demand.
SOLD = """
    SELECT move.product_id,
           sum(CASE WHEN source.usage = 'customer' THEN -1 ELSE 1 END * move.product_qty) AS quantity
      FROM stock_move move
      JOIN stock_location source ON source.id = move.location_id
      JOIN stock_location target ON target.id = move.location_dest_id
      JOIN product_product product ON product.id = move.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
      JOIN chosen ON chosen.categ_id = template.categ_id
     WHERE move.state = 'done' AND move.date >= %(now)s - %(history)s * interval '1 day'
       AND move.date >= %(now)s - chosen.history_days * interval '1 day' AND move.date <= %(now)s
       AND (move.location_id = ANY(%(inside)s) AND target.usage IN ('production', 'transit', 'internal')
            AND move.location_dest_id != ALL(%(own)s)
            OR move.location_id = ANY(%(own)s) AND target.usage = 'customer'
            OR move.location_dest_id = ANY(%(own)s) AND source.usage = 'customer')
  GROUP BY move.product_id
"""
# Each product that sold or has a rule, unless somebody entered one lately: what the rule says, over how many days
# it was sold, and how many days new goods take. Where the other warehouse keeps stock, no vendor's days count.
COUNTED = """
    SELECT product.id AS product_id, chosen.id AS policy_id, rules.id AS orderpoint_id, chosen.*,
           coalesce(rules.product_min_qty, 0) AS old_min, coalesce(rules.product_max_qty, 0) AS old_max,
           greatest(sold.quantity, 0) AS sold_qty, greatest(unit.rounding, 1) AS step,
           least(chosen.history_days, greatest(%(young)s,
               extract(epoch FROM %(now)s - product.create_date) / 86400)::integer) AS sold_days,
           CASE WHEN supply.id IS NOT NULL THEN supply.days ELSE 0 END
           + CASE WHEN supply.id IS NULL OR NOT chosen.central_keeps_stock
                  THEN coalesce(vendor.delay + %(purchase_days)s, 0) ELSE 0 END AS lead_days
      FROM product_product product
      JOIN product_template template ON template.id = product.product_tmpl_id
      JOIN uom_uom unit ON unit.id = template.uom_id
      JOIN chosen ON chosen.categ_id = template.categ_id
      LEFT JOIN rules ON rules.product_id = product.id
      LEFT JOIN sold ON sold.product_id = product.id
      LEFT JOIN supply ON supply.id = coalesce(rules.route_id, %(route)s::integer)
      LEFT JOIN LATERAL (
           SELECT price.delay FROM product_supplierinfo price
            WHERE price.product_tmpl_id = template.id
              AND (price.product_id IS NULL OR price.product_id = product.id)
              AND (price.company_id IS NULL OR price.company_id = %(company)s)
              AND (price.date_end IS NULL OR price.date_end >= %(now)s::date)
              AND price.id != ALL(%(not_bought_from)s)
         ORDER BY price.sequence, price.min_qty DESC, price.price, price.id LIMIT 1
      ) vendor ON true
     WHERE product.active AND template.active AND template.type = 'product'
       AND (template.company_id IS NULL OR template.company_id = %(company)s)
       AND (rules.id IS NOT NULL OR sold.quantity > 0)
       AND coalesce(rules.active, true)
       AND (rules.entered_on IS NULL OR rules.entered_on < %(now)s::date - chosen.hold_days)
"""
# What the minimum should be, and how much more the maximum, in whole units: nobody sells two thirds of a lamp.
BOUNDED = """
    SELECT counted.*, greatest(
               ceil(coalesce(sold_qty, 0) / sold_days * (lead_days + spare_days) / step) * step,
               least_qty) AS new_min,
           ceil(coalesce(sold_qty, 0) / sold_days * cover_days / step) * step AS more
      FROM counted
"""
# Those where anything changes, and whether by so much that a person has to decide.
COMPARED = """
    SELECT bounded.*, new_min + more AS new_max, large_changes = 'propose' AND (
               abs(new_min - old_min) > small_qty
                   AND abs(new_min - old_min) * 100 > max_change_pct * old_min
               OR abs(new_min + more - old_max) > small_qty
                   AND abs(new_min + more - old_max) * 100 > max_change_pct * old_max
           ) AS large
      FROM bounded
     WHERE new_min != old_min OR new_min + more != old_max
"""
# A change that is not large is applied; a large one waits for a person, unless one refused such a change lately.
WANTED = f"""
    WITH chosen AS ({CHOSEN}), supply AS ({SUPPLY}), rules AS ({RULES}),
        sold AS ({SOLD}), counted AS ({COUNTED}), bounded AS ({BOUNDED}), compared AS ({COMPARED})
    INSERT INTO retail_replenishment_proposal (
        run_id, company_id, warehouse_id, product_id, orderpoint_id, policy_id, route_id, state, old_min,
        old_max, new_min, new_max, sold_qty, sold_days, lead_days, create_uid, create_date, write_uid, write_date)
    SELECT %(run)s, %(company)s, %(warehouse)s, product_id, orderpoint_id, policy_id,
           CASE WHEN orderpoint_id IS NULL THEN %(route)s::integer END,
           CASE WHEN large THEN 'open' ELSE 'applied' END,
           old_min, old_max, new_min, new_max, coalesce(sold_qty, 0), sold_days, lead_days,
           %(user)s, %(now)s, %(user)s, %(now)s
      FROM compared
     WHERE NOT (large AND EXISTS (
               SELECT 1 FROM retail_replenishment_proposal refused
                WHERE refused.warehouse_id = %(warehouse)s AND refused.product_id = compared.product_id
                  AND refused.state = 'refused'
                  AND refused.decided_at > %(now)s - compared.hold_days * interval '1 day'))
    ON CONFLICT (warehouse_id, product_id) WHERE state = 'open' DO UPDATE SET
        run_id = excluded.run_id, orderpoint_id = excluded.orderpoint_id, policy_id = excluded.policy_id,
        route_id = excluded.route_id, old_min = excluded.old_min, old_max = excluded.old_max,
        new_min = excluded.new_min, new_max = excluded.new_max, sold_qty = excluded.sold_qty,
        sold_days = excluded.sold_days, lead_days = excluded.lead_days, write_date = excluded.write_date
    RETURNING id, state
"""  # noqa: S608 our own text
