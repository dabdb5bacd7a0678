"""An import as the platform makes it: its own bytes into the image's command, killed in the middle, and twice.

In Northlight as its file describes it: those who decide are its own people.
"""

import csv
import time
from collections.abc import Callable, Iterator

import pytest

from controller.core.importing import End, Order, Progress, State
from controller.services.importing import read_folder
from tests.odoo.conftest import MODULES
from tests.odoo.test_addons import INSTALLED, Run
from tests.support.import_run import STEP_TIMEOUT, Importing
from tests.support.import_samples import large_shop
from tests.support.odoo import Till
from tests.support.odoo_people import Person
from tests.support.odoo_process import ROOT, OdooProcess
from tests.support.odoo_tenant import LOGIN, PASSWORD, OdooTenant
from tests.support.stores_run import NORTHLIGHT, apply, told

# Seconds; the first test of a run also lays the ground, and installs what tenants have.
pytestmark = pytest.mark.timeout(5400)

FILES = ROOT / "examples/northlight-data"
BUYER, ASSORTMENT, SALES = (f"{name}@northlight.example" for name in ("achats", "offre", "ventes"))


@pytest.fixture(scope="module")
def importing(new_ground: Callable[[str], OdooTenant]) -> Importing:
    """On a shop with all addons of ours that tenants have, whose guards an import passes by being approved."""
    shop = new_ground("imports")
    # The glue between them follows by itself.
    install = Run(shop, [name for name in MODULES if name in INSTALLED])
    assert install.status == 0, "\n".join(str(record) for record in install.log[-5:])
    ended = apply(shop, told(NORTHLIGHT))
    assert ended.status == 0, ended.said
    return Importing(shop)


@pytest.fixture
def server(importing: Importing) -> Iterator[OdooTenant]:
    """The shop with its own server at work."""
    web = importing.shop.run("web")
    try:
        web.until("http", "/web/login")
        yield importing.shop
    finally:
        web.kill()


def logged_in(shop: OdooTenant, login: str) -> Person:
    person = Person(shop.ports["http"])
    person.login(shop.database, login, PASSWORD)
    return person


@pytest.fixture
def administrator(server: OdooTenant) -> Person:
    return logged_in(server, LOGIN)


@pytest.fixture
def people(server: OdooTenant, administrator: Person) -> Callable[[str], Person]:
    """Northlight's own, logged in; the administrator gives them the password that they have not at first."""

    def log_in(login: str) -> Person:
        [user] = administrator.find("res.users", ("login", "=", login))
        administrator.write("res.users", user, password=PASSWORD)
        return logged_in(server, login)

    return log_in


@pytest.fixture
def killed() -> Iterator[list[OdooProcess]]:
    """Processes that end with the test."""
    processes: list[OdooProcess] = []
    yield processes
    for process in processes:
        process.kill()


def _groups(end: End) -> set[str]:
    """Without their category, which is another one where a role gives the group."""
    return {name.rpartition(" / ")[2] for name in end.waits_for}


def test_the_example_is_checked_approved_and_imported(importing: Importing) -> None:
    files = read_folder(FILES)
    with (FILES / "products.csv").open(newline="", encoding="utf-8") as file:
        products = list(csv.DictReader(file, delimiter=";"))
    lines, end = importing.run(files, Order(dry_run=True, login=LOGIN))
    assert [line for line in lines if line.refused] == []
    assert (end.state, importing.value("SELECT count(*) FROM retail_import_run")) == (State.CHECKED, 0)

    _, end = importing.run(files)
    assert (end.state, _groups(end)) == (State.WAITING, {"Approves imports"})
    _, end = importing.run(files)
    assert end.state is State.WAITING, "the same files wait once"
    assert importing.value("SELECT count(*) FROM retail_import_run") == 1
    assert importing.value("SELECT count(*) FROM product_template WHERE default_code LIKE 'NL-%'") == 0

    importing.approve(ASSORTMENT)
    lines, end = importing.run(files)
    assert (end.state, end.failed) == (State.DONE, 0), [line for line in lines if line.refused]
    sold = "SELECT count(*) FROM product_template WHERE default_code LIKE 'NL-%' AND approval_state = 'approved'"
    assert importing.value(f"{sold} AND sale_ok AND purchase_ok") == len(products) == 40
    for column, flag in (("till", "available_in_pos"), ("web", "is_published")):
        wanted = [row["code"] for row in products if row[column] == "oui"]
        assert importing.value(f"{sold} AND {flag}") == len(wanted) > 0
    assert importing.value("SELECT sum(amount_total) FROM account_move WHERE state = 'posted'") > 0
    on_hand = "SELECT count(*) FROM stock_quant q JOIN stock_location l ON l.id = q.location_id"
    assert importing.value(f"{on_hand} WHERE l.usage = 'internal' AND q.quantity > 0") == 160
    with (FILES / "prices.csv").open(newline="", encoding="utf-8") as file:
        prices = list(csv.DictReader(file, delimiter=";"))
    of_rules = "SELECT count(*) FROM product_pricelist_item i JOIN product_template p ON p.id = i.product_tmpl_id"
    assert importing.value(f"{of_rules} WHERE p.default_code LIKE 'NL-%'") == len(prices) > 0
    assert importing.value("SELECT string_agg(outcome, ',') FROM retail_price_change WHERE imported") == "applied"

    _, end = importing.run(files)
    assert end.state is State.DONE
    assert importing.value("SELECT count(*) FROM stock_quant WHERE quantity > 0") == 160


def test_what_was_imported_is_in_the_till_and_sold_there(importing: Importing, administrator: Person) -> None:
    """With what the page of a till asks for, and nothing done to the product since."""
    loaded = [("sale_ok", "=", True), ("available_in_pos", "=", True), ("default_code", "=", "NL-0021")]
    [lamp] = administrator.call(
        "product.product", "search_read", loaded, ["pos_categ_id", "lst_price", "barcode"], limit=2
    )
    assert (lamp["pos_categ_id"][1], lamp["barcode"]) == ("Maison / Luminaires", "2003760000219")
    till = Till(administrator)
    till.sell(lamp["id"], lamp["lst_price"])
    till.close()
    sold = administrator.find("pos.order.line", ("product_id", "=", lamp["id"]))
    assert len(sold) == 1


def test_in_its_season_what_was_imported_goes_by_the_seasons_policy(importing: Importing) -> None:
    """And before and after it by the one of the store, or of all."""
    named = "SELECT count(*) FROM product_product v JOIN product_template t ON t.id = v.product_tmpl_id"
    imported = importing.value(f"{named} WHERE t.default_code LIKE 'NL-%' AND t.type = 'product'")
    for day, policies in (
        ("2026-11-14", {"PAR1": "Paris", "LYO1": "Toute l'année"}),
        ("2026-11-15", {"PAR1": "Fêtes", "LYO1": "Fêtes"}),
        ("2026-12-24", {"PAR1": "Fêtes", "LYO1": "Fêtes"}),
        ("2026-12-25", {"PAR1": "Paris", "LYO1": "Toute l'année"}),
    ):
        for store, policy in policies.items():
            found = importing.step("policies", DAY=day, STORE=store)
            assert (day, store, found) == (day, store, {policy: imported})


def test_another_price_of_what_is_sold_waits_for_the_price_manager_as_well(importing: Importing) -> None:
    """Without a price rule. Nothing of the first import is done again."""
    text = (FILES / "products.csv").read_text(encoding="utf-8")
    files = {"products.csv": text.replace(";89,00;34,00;", ";99,00;34,00;").encode()}
    priced = "SELECT count(*) FROM product_template WHERE default_code LIKE 'NL-%' AND list_price = 99"
    dearer = text.count(";89,00;34,00;")
    before = importing.value(priced)
    _, end = importing.run(files)
    assert (end.state, _groups(end)) == (State.WAITING, {"Approves imports", "Price manager"})
    importing.approve(ASSORTMENT)
    _, end = importing.run(files)
    assert (end.state, importing.value(priced)) == (State.WAITING, before)
    importing.approve(SALES)
    _, end = importing.run(files)
    assert (end.state, end.failed) == (State.DONE, 0)
    assert importing.value(priced) - before == dearer > 0


def test_it_goes_on_after_it_was_killed_and_does_nothing_twice(
    importing: Importing, killed: list[OdooProcess]
) -> None:
    files = large_shop(1000)
    _, end = importing.run(files)
    assert end.state is State.WAITING
    left = importing.approve(ASSORTMENT)
    before = importing.applied()
    process = importing.start(files)
    killed.append(process)
    while importing.applied() < before + 221:
        # Categories, the vendor, and the first batch of products.
        assert process.unshare.poll() is None, process.log.read_text()[-3000:]
        time.sleep(0.2)
    process.kill()
    done = importing.applied() - before
    assert 0 < done < left
    made = "SELECT count(*) FROM product_template WHERE default_code LIKE 'A-%'"
    assert importing.value(made) == done - 21, "a batch is there as a whole, with what is noted of it"
    _, end = importing.run(files)
    assert (end.state, end.failed) == (State.DONE, 0)
    assert importing.value(made) == 1000
    assert importing.value(f"{made} AND approval_state = 'approved' AND sale_ok") == 1000
    assert (
        importing.value("SELECT count(DISTINCT default_code) FROM product_template WHERE default_code LIKE 'A-%'")
        == 1000
    )
    assert any(isinstance(each, Progress) and each.phase == "apply" for each in importing.events())


def test_two_at_once_are_one(importing: Importing, killed: list[OdooProcess]) -> None:
    """The second is told that the first is at work."""
    files = large_shop(1001)
    importing.run(files)
    importing.approve(ASSORTMENT)
    with importing.shop.connect() as first:
        company = first.execute("SELECT company_id FROM retail_import_run ORDER BY id DESC LIMIT 1").fetchone()
        assert company is not None
        first.execute("SELECT pg_advisory_lock(20261125, %s)", company)
        process = importing.start(files)
        killed.append(process)
        assert process.wait(STEP_TIMEOUT) == 0
    assert "An import is at work already" in (importing.shop.folder / "answers").read_text()
    _, end = importing.run(files)
    assert end.state is State.DONE


def test_somebody_who_may_not_import_is_told(importing: Importing) -> None:
    process = importing.start(large_shop(1), Order(login=ASSORTMENT))
    assert process.wait(STEP_TIMEOUT) == 0
    assert f"{ASSORTMENT} is not in the group Runs imports" in (importing.shop.folder / "answers").read_text()


def test_head_office_decides_about_products_prices_and_purchases(
    importing: Importing, people: Callable[[str], Person]
) -> None:
    """A buyer asks and approves nothing; another one approves, and of a large purchase two do."""
    buyer, assortment, sales = people(BUYER), people(ASSORTMENT), people(SALES)

    def approved(model: str, record: int, *by: Person) -> str:
        """The state after these people have agreed; the buyer, who asked, may not."""
        buyer.press(model, record, "action_approval_submit")
        for person in by:
            assert buyer.read(model, record, "approval_state") == "pending"
            assert buyer.is_refused(model, "action_approval_approve", [record])
            person.press(model, record, "action_approval_approve")
        state: str = buyer.read(model, record, "approval_state")
        return state

    [known] = buyer.call(
        "product.template",
        "search_read",
        [("default_code", "=", "NL-0021")],
        ["categ_id", "seller_ids", "product_variant_id", "list_price"],
    )
    vendor = buyer.read("product.supplierinfo", known["seller_ids"][0], "name")
    shade = buyer.create(
        "product.template",
        name="Abat-jour",
        type="product",
        categ_id=known["categ_id"][0],
        list_price=30.0,
        barcode="4006381333948",
        seller_ids=[(0, 0, {"name": vendor, "price": 9.0, "delay": 3})],
    )
    assert approved("product.template", shade, assortment) == "approved"

    line = {"product_tmpl_id": known["id"], "new_price": known["list_price"] + 100}
    change = buyer.create("retail.price.change", name="Rentrée", line_ids=[(0, 0, line)])
    assert approved("retail.price.change", change, sales) == "approved"
    assert buyer.read("product.template", known["id"], "list_price") == known["list_price"] + 100

    for pieces, by in ((600, [sales]), (3000, [assortment, sales])):
        ordered = {
            "name": "Lampe",
            "product_id": known["product_variant_id"][0],
            "product_qty": pieces,
            "price_unit": 20.0,
            "product_uom": buyer.read("product.product", known["product_variant_id"][0], "uom_po_id"),
            "date_planned": "2027-01-15 10:00:00",
        }
        order = buyer.create("purchase.order", partner_id=vendor, order_line=[(0, 0, ordered)])
        assert approved("purchase.order", order, *by) == "approved"


@pytest.mark.deep
def test_ten_thousand_products_take_less_than_ten_minutes(
    importing: Importing, record_property: Callable[[str, object], None]
) -> None:
    """Checked, and applied once they are approved; whoever approves takes the time that people take.

    Odoo and its database take turns, so what they use together is the time on a machine that does nothing else.
    """
    files = large_shop(10_000, "D")
    begin, used = time.monotonic(), importing.cpu_seconds()
    _, end = importing.run(files)
    checked = time.monotonic()
    assert end.state is State.WAITING
    importing.approve(ASSORTMENT)
    approved = time.monotonic()
    _, end = importing.run(files)
    ended = time.monotonic()
    took = importing.cpu_seconds() - used
    record_property("seconds_to_check", round(checked - begin, 1))
    record_property("seconds_to_apply", round(ended - approved, 1))
    record_property("cpu_seconds", round(took, 1))
    assert (end.state, end.failed) == (State.DONE, 0)
    sold = "SELECT count(*) FROM product_template WHERE default_code LIKE 'D-%' AND sale_ok AND purchase_ok"
    assert importing.value(f"{sold} AND approval_state = 'approved'") == 10_000
    assert took < 600
