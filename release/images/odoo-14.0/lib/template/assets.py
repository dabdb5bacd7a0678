"""Asset bundles, made once here instead of in the first minute of every tenant."""

import re

# Pages as people see them: bundles depend on the website and the language they are asked for.
VISITORS_PAGES = ("/web/login", "/", "/shop")
# The website looks different to those who may edit it.
ADMINISTRATORS_PAGES = ("/web", "/", "/shop")
# Bundles no page above contains: the till, which opens only in a session, and documents.
BUNDLES = (
    "point_of_sale.assets",
    "point_of_sale.pos_assets_backend",
    "web.assets_common",
    "web.report_assets_common",
    "web.report_assets_pdf",
)
_ASSET_URL = re.compile(r'(?:href|src)="(/web/content/[^"]+\.(?:css|js))"')


def warm(odoo, database, language):
    """Render the pages and bundles as a visitor and as the administrator; the number of bundles stored."""
    from werkzeug.test import Client
    from werkzeug.wrappers import BaseResponse

    client = Client(odoo.service.wsgi_server.application, BaseResponse)
    # Without the language the website redirects to another one's address; a log-in records the address.
    visitor = {
        "headers": {"Accept-Language": language.replace("_", "-")},
        "environ_base": {"REMOTE_ADDR": "127.0.0.1"},
    }
    _visit(client, visitor, VISITORS_PAGES)
    _log_in(client, visitor)
    _visit(client, visitor, ADMINISTRATORS_PAGES)
    with odoo.api.Environment.manage(), odoo.registry(database).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
        for bundle in BUNDLES:
            if env.ref(bundle, raise_if_not_found=False):
                env["ir.qweb"]._get_asset_nodes(bundle, {})
        return env["ir.attachment"].search_count([("url", "=like", "/web/content/%-%")])


def _visit(client, visitor, pages):
    for page in pages:
        response = client.get(page, follow_redirects=True, **visitor)
        if response.status_code == 404:
            continue
        _require(response, page)
        for url in set(_ASSET_URL.findall(response.get_data(as_text=True))):
            _require(client.get(url, **visitor), url)


def _log_in(client, visitor):
    page = client.get("/web/login", **visitor, follow_redirects=True).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    form = {"csrf_token": token.group(1) if token else "", "login": "admin", "password": "admin"}
    response = client.post("/web/login", data=form, **visitor)
    if response.status_code not in (302, 303):
        raise RuntimeError(f"the administrator cannot log in ({response.status_code}) while assets are made")


def _require(response, url):
    if response.status_code != 200:
        raise RuntimeError(f"{url} answers {response.status_code} while assets are made")
