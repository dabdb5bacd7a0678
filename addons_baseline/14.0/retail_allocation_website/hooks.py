"""What happens once, when the addon arrives in a shop that has traded before."""

from odoo import SUPERUSER_ID, api


def post_init_hook(cr, _registry):
    """Orders of the web shop are of their channel from the start; what is sold regardless of stock stays so."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    _give_teams_to_channel(env)
    _count_unlimited(env)
    _forget_default(env)


def _give_teams_to_channel(env):
    """The teams of all websites that are in no channel yet."""
    web = env.ref("retail_allocation.channel_web", raise_if_not_found=False)
    if not web:
        return
    for team in env["website"].search([("salesteam_id", "!=", False)]).salesteam_id:
        if not env["retail.channel"]._of_team(team):
            web.team_ids += team


def _count_unlimited(env):
    """Goods that are sold whether or not they are there: the shop decided so, and decides when that ends."""
    products = env["product.template"].with_context(active_test=False)
    domain = [("type", "=", "product"), ("inventory_availability", "not in", ("always", "threshold"))]
    found = products.search_count(domain)
    env["retail.grandfathered"]._add("retail_allocation_website", "product.template", found)


def _forget_default(env):
    """Core saves this default along with every other setting, so that it says nothing about what a shop wants."""
    field = env["ir.model.fields"]._get("product.template", "inventory_availability")
    defaults = env["ir.default"].search([("field_id", "=", field.id), ("json_value", "=", '"never"')])
    defaults.unlink()
