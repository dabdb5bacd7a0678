"""What a shop had before this addon came: nothing of it counts as new, and nobody is called for it."""

from odoo import SUPERUSER_ID, api, fields

from .models.till_signal import WATCHED_FROM

# A receipt's number ends in session-login-sequence. An order that came after its session was closed stands in a
# rescue session, and the till would send it again for the session in the number. Refunds carry the number of the
# sale, and are younger.
RECEIPTS_OF_KNOWN_ORDERS = r"""
    INSERT INTO retail_till_receipt
        (session_id, reference, digest, order_id, final, create_uid, create_date, write_uid, write_date)
    SELECT DISTINCT ON (sent.session_id, sent.reference)
        sent.session_id, sent.reference, '', sent.order_id, sent.final, %(uid)s, sent.at, %(uid)s, sent.at
    FROM (
        SELECT COALESCE(session.id, o.session_id) AS session_id, o.pos_reference AS reference, o.id AS order_id,
            o.state <> 'draft' AS final, o.create_date AS at
        FROM pos_order o
        LEFT JOIN pos_session session
            ON session.id = substring(o.pos_reference FROM '(\d{5,9})-\d{3,}-\d{4,}$')::int
        WHERE o.pos_reference IS NOT NULL
    ) sent
    ORDER BY sent.session_id, sent.reference, sent.order_id
"""


def post_init_hook(cr, _registry):
    """Tills send again what is here already, and those that are open do not report before they are reloaded."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(RECEIPTS_OF_KNOWN_ORDERS, {"uid": SUPERUSER_ID})
    env["retail.grandfathered"]._add("retail_till", "pos.order", cr.rowcount)
    env["ir.config_parameter"].set_param(WATCHED_FROM, fields.Datetime.to_string(fields.Datetime.now()))
