"""A secret is for the server it was agreed with, and for no other that somebody writes into the address."""

from urllib.parse import urlsplit

from odoo import _, models

# Where the address says none.
PORTS = {"http": 80, "https": 443}


class Endpoint(models.Model):
    _inherit = "retail.connector.endpoint"

    def write(self, vals):
        before = {endpoint: _server(endpoint.url) for endpoint in self} if "url" in vals else {}
        written = super().write(vals)
        if not (vals.get("secret") or vals.get("new_secret")):
            moved = [endpoint.id for endpoint, server in before.items() if _server(endpoint.url) != server]
            self.browse(moved)._forget_secret()
        return written

    def _forget_secret(self):
        for endpoint in self.sudo().filtered("secret"):
            endpoint.secret = False
            endpoint.message_post(
                body=_("The address is that of another server, so the secret was forgotten. Enter the new one."),
                author_id=self.env.user.partner_id.id,
            )


def _server(url):
    """(scheme, host, port) of an address that was checked: who is spoken to there, whatever the path."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)
