"""Orders of the web shop are of the channel for it from the start."""

from odoo import SUPERUSER_ID, api


def post_init_hook(cr, _registry):
    """Give the channel the teams of all websites that are in no channel yet."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    web = env.ref("retail_allocation.channel_web", raise_if_not_found=False)
    if not web:
        return
    for team in env["website"].search([("salesteam_id", "!=", False)]).salesteam_id:
        if not env["retail.channel"]._of_team(team):
            web.team_ids += team
