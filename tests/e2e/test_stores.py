"""A chain's stores are inside its Odoo once it is created, stay what they are, and follow its file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from provisioning.meta import LABEL_COMPONENT
from provisioning.names import CRON, WEB
from tests.e2e.conftest import REPOSITORY, DatabaseLogin, Fleet, Shop

EXAMPLE = REPOSITORY / "examples/northlight.yaml"
NICE = "NIC"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A copy of the example, to be changed."""
    copy = tmp_path / "northlight.yaml"
    copy.write_text(EXAMPLE.read_text())
    return copy


@pytest.fixture
def as_it_was(fleet: Fleet, northlight: Shop) -> Iterator[None]:
    yield
    fleet.run("tenant", "set-stores", northlight.name, "-f", str(EXAMPLE), "--yes")


def test_the_whole_chain_is_there(northlight: Shop, database_login: DatabaseLogin) -> None:
    stores = yaml.safe_load(EXAMPLE.read_text())["spec"]["stores"]
    places = {store["code"] for store in stores if store.get("kind") != "web"}
    # With the one that every new Odoo has.
    codes = database_login.query(northlight, "SELECT code FROM stock_warehouse WHERE active")
    assert codes == places | {"WH"}
    assert len(codes) == 27
    [tills] = database_login.query(
        northlight, "SELECT count(*) FROM pos_config WHERE active AND retail_number > 0"
    )
    assert tills == sum(store.get("tills", 0) for store in stores)
    supplied = database_login.query(
        northlight,
        "SELECT w.code FROM stock_location_route r JOIN stock_warehouse s ON s.id = r.supplier_wh_id"
        " JOIN stock_warehouse w ON w.id = r.supplied_wh_id WHERE s.code = 'DC' AND r.active",
    )
    assert supplied == {store["code"] for store in stores if store.get("suppliedBy") == "DC"}


def test_the_same_again_is_nothing_to_do(fleet: Fleet, northlight: Shop) -> None:
    done = fleet.run("tenant", "set-stores", northlight.name, "-f", str(EXAMPLE), "--yes")
    assert "Nothing to do" in done.stderr


def test_a_clone_has_them_with_its_database(fleet: Fleet, northlight: Shop) -> None:
    copy = "northlight-copy"
    try:
        fleet.run("tenant", "clone", northlight.name, copy, "--yes", timeout=900)
        source, clone = fleet.tenant(northlight.name), fleet.tenant(copy)
        assert clone["status"]["applied"]["network"] == source["status"]["applied"]["network"] != ""
        assert {each["kind"] for each in fleet.json("procedure", "list") if each["tenant"] == copy} == {"Clone"}
    finally:
        fleet.run("tenant", "delete", copy, "--confirm", copy, "--purge", timeout=600)


def serving(fleet: Fleet, shop: Shop) -> set[str]:
    """UIDs of the pods that serve the shop; those of its Jobs come and go."""
    pods = [pod["metadata"] for pod in fleet.kube.list("v1", "Pod", shop.namespace)]
    return {pod["uid"] for pod in pods if pod["labels"].get(LABEL_COMPONENT) in (WEB, CRON)}


@pytest.mark.usefixtures("as_it_was")
def test_a_new_name_comes_while_everybody_stays_logged_in(fleet: Fleet, northlight: Shop, file: Path) -> None:
    before = serving(fleet, northlight)
    session = northlight.session()
    content = yaml.safe_load(file.read_text())
    next(each for each in content["spec"]["stores"] if each["code"] == NICE)["name"] = "Nice Masséna"
    file.write_text(yaml.safe_dump(content, allow_unicode=True))
    done = fleet.json("tenant", "set-stores", northlight.name, "-f", str(file), "--yes", timeout=600)
    assert done["kind"] == "SetStores"
    # In the session of before; whoever has none gets an error.
    assert session.call("stock.warehouse", "search_count", [("name", "=", "Nice Masséna")]) == 1
    assert before <= serving(fleet, northlight)


def test_what_odoo_does_not_take_names_the_store_and_changes_nothing(
    fleet: Fleet, northlight: Shop, database_login: DatabaseLogin, file: Path
) -> None:
    content = yaml.safe_load(file.read_text())
    content["spec"]["stores"].append({"code": "XX", "name": "Elsewhere", "address": {"country": "XX"}})
    file.write_text(yaml.safe_dump(content, allow_unicode=True))
    try:
        refused = fleet.run(
            "tenant", "set-stores", northlight.name, "-f", str(file), "--yes", check=False, timeout=600
        )
        assert refused.returncode == 1
        assert "Store XX: there is no country XX." in refused.stderr
        assert "XX" not in database_login.query(northlight, "SELECT code FROM stock_warehouse")
    finally:
        fleet.run("tenant", "set-stores", northlight.name, "-f", str(EXAMPLE), "--yes", timeout=600)
