"""What was approved when the addon arrives begins as it was approved."""

from odoo import SUPERUSER_ID, api


def take_over(cr, _registry):
    changes = api.Environment(cr, SUPERUSER_ID, {})["retail.price.change"]
    changes.search([("approval_state", "=", "approved"), ("outcome", "=", "open")])._promotion_begin()
