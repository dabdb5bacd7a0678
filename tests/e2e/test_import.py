"""A retailer's own files are brought into its shop by the command line, once others have approved them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import REPOSITORY, DatabaseLogin, Fleet, Shop
from tests.support.eventually import eventually
from tests.support.odoo import OdooError

DATA = REPOSITORY / "examples/northlight-data"
# A check of the 250 lines and their application take seconds, with Odoo's start before.
TIMEOUT = 900

PRODUCTS = "SELECT count(*) FROM product_template WHERE default_code LIKE 'NL-%'"
ON_SALE = f"{PRODUCTS} AND approval_state = 'approved' AND sale_ok AND purchase_ok"
ON_HAND = """SELECT sum(q.quantity) FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
             JOIN product_product p ON p.id = q.product_id
             WHERE l.usage = 'internal' AND p.default_code LIKE 'NL-%'"""
ENTRIES = "SELECT count(*) FROM account_move WHERE state = 'posted'"
PRICES = """SELECT count(*) FROM product_pricelist_item i JOIN product_template t ON t.id = i.product_tmpl_id
            WHERE t.default_code LIKE 'NL-%'"""
STATE = [PRODUCTS, ON_SALE, ON_HAND, ENTRIES, PRICES]


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def counted(northlight: Shop, database_login: DatabaseLogin) -> Counted:
    return Counted(northlight, database_login)


class Counted:
    """Numbers that the shop's database has."""

    def __init__(self, shop: Shop, login: DatabaseLogin) -> None:
        self._shop, self._login = shop, login

    def __call__(self, query: str) -> float:
        [number] = self._login.query(self._shop, query)
        return float(number or 0)

    def all(self) -> list[float]:
        return [self(query) for query in STATE]


def imported(fleet: Fleet, *words: str) -> Any:
    return fleet.json("tenant", "import", "northlight", str(DATA), *words, timeout=TIMEOUT)


def test_a_dry_run_reports_each_line_and_keeps_nothing(fleet: Fleet, counted: Counted, tmp_path: Path) -> None:
    runs = "SELECT count(*) FROM retail_import_run"
    before = [counted(runs), *counted.all()]
    report = tmp_path / "report.csv"
    told = imported(fleet, "--dry-run", "--report", str(report))
    assert told["refused"] == 0, [line for line in told["lines"] if line["verdict"] == "refused"]
    with report.open(newline="", encoding="utf-8-sig") as file:
        lines = Counter(line["file"] for line in csv.DictReader(file, delimiter=";"))
    assert lines == {path.stem: len(rows(path.stem)) for path in DATA.glob("*.csv")}
    assert [counted(runs), *counted.all()] == before


def test_others_approve_and_all_is_there_once(fleet: Fleet, northlight: Shop, counted: Counted) -> None:
    if counted(PRODUCTS):
        pytest.skip("an earlier run on this cluster has imported the files")
    asked = imported(fleet, "--reason", "opening")
    assert asked["state"] == "waiting", asked
    assert counted(PRODUCTS) == 0

    requester = northlight.session()
    waiting = [("approval_state", "=", "pending")]
    [run] = requester.call("retail.import.run", "search_read", waiting, ["group_ids"])
    assert len(asked["waitsFor"]) == len(run["group_ids"]) > 0
    with pytest.raises(OdooError, match="needs a second person"):
        requester.call("retail.import.run", "action_approval_approve", [run["id"]])
    for group in run["group_ids"]:
        northlight.member_of(group).call("retail.import.run", "action_approval_approve", [run["id"]])

    eventually(lambda: is_done(fleet), TIMEOUT)
    stock = sum(int(row["quantity"]) for row in rows("stock"))
    files = [len(rows("products")), stock, len(rows("prices"))]
    assert [counted(query) for query in (ON_SALE, ON_HAND, PRICES)] == files
    after = counted.all()
    assert imported(fleet)["state"] == "done"
    assert counted.all() == after
    audited = {(record["action"], record["reason"]) for record in fleet.json("audit", "--tenant", "northlight")}
    assert ("tenant.import", "opening") in audited


def is_done(fleet: Fleet) -> bool:
    """Goes on with it, unless the shop itself has just begun to."""
    done = fleet.run("--output", "json", "tenant", "import", "northlight", str(DATA), check=False, timeout=TIMEOUT)
    if done.returncode and "at work already" in done.stderr:
        return False
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["failed"] == 0, [line for line in told["lines"] if line["verdict"] == "refused"]
    return bool(told["state"] == "done")
