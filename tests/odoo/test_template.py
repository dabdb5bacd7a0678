"""build-template: what a golden template contains, and that every copy of it can trade."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from controller.adapters.postgres import PostgresAdapter
from controller.core import modules
from tests.odoo.conftest import MODULES
from tests.support.odoo_process import OdooProcess, OdooRoot
from tests.support.odoo_tenant import LOGIN, PASSWORD, OdooTenant, new_ports
from tests.support.template_build import run_build

# Seconds; the first test of a run also builds the template.
pytestmark = pytest.mark.timeout(5400)

_ids = itertools.count(1)
BUNDLES = "SELECT count(*) FROM ir_attachment WHERE url LIKE '/web/content/%'"


class Shop:
    """The tenant's administrator at work, by JSON-RPC."""

    def __init__(self, tenant: OdooTenant) -> None:
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{tenant.ports['http']}", timeout=120)
        self.rpc("/web/session/authenticate", db=tenant.database, login=LOGIN, password=PASSWORD)

    def rpc(self, path: str, **params: Any) -> Any:
        body = {"jsonrpc": "2.0", "method": "call", "params": params, "id": next(_ids)}
        answer = self.client.post(path, json=body).json()
        assert "error" not in answer, answer["error"]["data"]["message"]
        return answer.get("result")

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        return self.rpc(
            f"/web/dataset/call_kw/{model}/{method}", model=model, method=method, args=list(args), kwargs=kwargs
        )


@pytest.fixture(scope="module")
def web(rua: OdooTenant) -> Iterator[OdooProcess]:
    process = rua.run("web")
    process.until("http", "/web/login")
    yield process
    process.kill()


@pytest.fixture(scope="module")
def shop(rua: OdooTenant, web: OdooProcess) -> Shop:
    return Shop(rua)


def step(lines: list[dict[str, object]], name: str) -> dict[str, object]:
    return next(line for line in lines if line.get("step") == name)


def test_the_builder_reports_each_step_and_what_it_proved(template: list[dict[str, object]]) -> None:
    if not template:
        pytest.skip("the template of this very release was built on this machine before, and was restored")
    assert [line["step"] for line in template[:-1]] == ["base", "company", "modules", "proof", "assets", "finish"]
    proof = step(template, "proof")
    assert proof["currency"] == "EUR"
    assert "France" in str(proof["chart"])
    assert proof["tax"] == 20.0
    assert template[-1]["event"] == "built"


def test_nothing_of_the_template_is_a_file(new_tenant: Callable[[str], OdooTenant]) -> None:
    with new_tenant("fresh00000").connect() as connection:
        rows = connection.execute("SELECT count(*) FROM ir_attachment WHERE store_fname IS NOT NULL").fetchone()
        countries = connection.execute(
            "SELECT value FROM ir_translation"
            " WHERE lang = 'fr_FR' AND name = 'res.country,name' AND src = 'Germany'"
        ).fetchone()
    assert rows == (0,)
    assert countries == ("Allemagne",)


def test_all_its_modules_follow_from_the_release(rua: OdooTenant, adapter: PostgresAdapter) -> None:
    found = modules.read(adapter.query(rua.database, modules.MODULES_QUERY))
    assert len(found) > len(MODULES)
    assert list(modules.differences(MODULES, found)) == []
    without_crm = [name for name in MODULES if "crm" not in name]
    assert any("crm" in each for each in modules.differences(without_crm, found))


def test_an_invoice_can_be_posted(shop: Shop) -> None:
    [tax] = shop.call("res.company", "read", [1], ["account_sale_tax_id"])
    taxes = [(6, 0, [tax["account_sale_tax_id"][0]])]
    line = {"name": "Lamp", "quantity": 2, "price_unit": 50, "tax_ids": taxes}
    customer = shop.call("res.partner", "create", {"name": "Anouk"})
    invoice = shop.call(
        "account.move",
        "create",
        {"move_type": "out_invoice", "partner_id": customer, "invoice_line_ids": [(0, 0, line)]},
    )
    shop.call("account.move", "action_post", [invoice])
    [posted] = shop.call("account.move", "read", [invoice], ["state", "amount_total", "name"])
    assert posted["state"] == "posted"
    assert posted["amount_total"] == 120
    assert posted["name"].endswith("/0001")


def test_a_till_can_be_opened_and_its_first_session_is_the_first(shop: Shop) -> None:
    [till] = shop.call("pos.config", "search", [], limit=1)
    session = shop.call("pos.session", "create", {"config_id": till, "user_id": 2})
    [opened] = shop.call("pos.session", "read", [session], ["state", "name"])
    assert opened["state"] in ("opened", "opening_control")
    assert opened["name"] == "POS/00001"


def test_a_copy_makes_no_bundles_of_its_own(rua: OdooTenant, shop: Shop) -> None:
    with rua.connect() as connection:
        before = connection.execute(BUNDLES).fetchone()
        visitor = {"Accept-Language": "fr-FR"}
        for client in (httpx.Client(base_url=shop.client.base_url, headers=visitor, timeout=120), shop.client):
            for page in ("/web/login", "/", "/shop", "/web"):
                assert client.get(page, follow_redirects=True).status_code == 200
        assert connection.execute(BUNDLES).fetchone() == before


@pytest.mark.parametrize(
    ("change", "ending"),
    [
        ({"country": "ZZ"}, (4, "country ZZ is unknown to this Odoo")),
        ({"languages": ["xx_XX"]}, (4, "language xx_XX is unknown to this Odoo")),
        ({"modules": ["crm", "no_such_module"]}, (4, "this image has no module no_such_module")),
        ({"modules": ["account"]}, (4, "module point_of_sale is not installed: no till can be opened")),
        ({"country": "France"}, (2, "country must be an ISO 3166-1 code such as FR, not 'France'")),
    ],
)
def test_what_cannot_be_built_ends_with_one_sentence(
    adapter: PostgresAdapter,
    rua: OdooTenant,
    tmp_path_factory: pytest.TempPathFactory,
    change: dict[str, object],
    ending: tuple[int, str],
) -> None:
    adapter.ensure_role("tplo_refused", "pw")
    adapter.create_database("tplo_refused")
    adapter.admit("tplo_refused", "tplo_refused")
    folder = tmp_path_factory.mktemp("refused")
    folder.chmod(0o755)
    build = OdooTenant(rua.server, OdooRoot(rua.root.rootfs, folder), "tplo_refused", "pw", new_ports())
    build.write_configuration()
    spec = {"country": "FR", "languages": ["fr_FR"], "modules": ["crm"], **change}
    try:
        lines = run_build(build, spec)
    finally:
        adapter.drop_database("tplo_refused")
    assert lines[-1]["event"] == "failed"
    assert (lines[-1]["exit"], lines[-1]["reason"]) == ending


def test_a_database_in_use_is_refused(new_tenant: Callable[[str], OdooTenant]) -> None:
    tenant = new_tenant("used000000")
    lines = run_build(tenant, {"country": "FR", "languages": ["fr_FR"], "modules": ["crm"]})
    assert "is not empty" in str(lines[-1]["reason"])
    assert lines[-1]["exit"] == 1
