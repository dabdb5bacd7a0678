"""apply-stores on a real Odoo: the example's whole chain, once and again, and what is refused."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from provisioning.network import NETWORK_QUERY, description, digest
from provisioning.person import Role
from tests.odoo.conftest import run_inside
from tests.support.odoo_tenant import OdooTenant
from tests.support.stores_run import NORTHLIGHT, Ended, apply, told

# Seconds; the first run on a machine also lays the ground.
pytestmark = pytest.mark.timeout(5400)

# The network's own, those whose policies it sets, those that say how a new till begins, and those that have the
# duties of head office.
ADDONS = (
    "retail_store_network",
    "retail_replenishment",
    "retail_stock_control",
    "retail_till",
    "retail_purchase_governance",
    "retail_allocation",
    "retail_price_governance",
    "retail_roles_governance",
    "retail_price_governance_roles",
)
INSTALL_TIMEOUT = 1800


def rows(shop: OdooTenant, query: str) -> Sequence[tuple[Any, ...]]:
    with shop.connect() as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def shop(new_ground: Callable[[str], OdooTenant]) -> OdooTenant:
    made = new_ground("storesnet0")
    process = made.run(f"--init={','.join(ADDONS)}", "--stop-after-init", "--workers=0")
    assert process.wait(INSTALL_TIMEOUT) == 0, process.log.read_text()[-3000:]
    return made


@pytest.fixture(scope="module")
def first(shop: OdooTenant) -> Ended:
    return apply(shop, told(NORTHLIGHT))


def test_a_whole_chain_is_set_up(shop: OdooTenant, first: Ended) -> None:
    assert first.status == 0, first.said
    # With the one that every new Odoo has.
    assert rows(shop, "SELECT count(*) FROM stock_warehouse WHERE active") == [(27,)]
    wanted = sum(store.tills or 0 for store in NORTHLIGHT.stores)
    assert rows(shop, "SELECT count(*) FROM pos_config WHERE active AND retail_number > 0") == [(wanted,)]
    assert (first.said["made"]["stock.warehouse"], first.said["made"]["pos.config"]) == (26, wanted)
    supplied = (
        "SELECT count(*) FROM stock_location_route r JOIN stock_warehouse w ON w.id = r.supplier_wh_id"
        " WHERE w.code = 'DC' AND r.active"
    )
    assert rows(shop, supplied) == [(25,)]
    free = "SELECT count(*) FROM pos_config WHERE restrict_price_control IS NOT TRUE"
    assert rows(shop, free) == [(0,)], "anybody may type a price there"


def test_head_office_has_the_duties_that_the_example_says_and_none_that_are_kept_apart(
    shop: OdooTenant, first: Ended
) -> None:
    assert first.status == 0
    given = (
        "SELECT u.login, array_agg(substr(d.name, length('role_') + 1) ORDER BY d.name) FROM res_users u"
        " JOIN res_users_role_line l ON l.user_id = u.id"
        " JOIN ir_model_data d ON d.model = 'res.users.role' AND d.res_id = l.role_id GROUP BY u.login"
    )
    found = {login: set(names) for login, names in rows(shop, given)}
    for person in NORTHLIGHT.head_office:
        assert found[person.login] == {*person.roles, *person.duties}
    assert set().union(*found.values()) >= set(Role), "each role is somebody's"
    assert rows(shop, "SELECT user_id, conflict_id FROM retail_duty_finding WHERE user_id > 2") == []


def test_which_network_it_is_stands_in_the_database(shop: OdooTenant, first: Ended) -> None:
    assert first.status == 0
    assert rows(shop, NETWORK_QUERY) == [(digest(NORTHLIGHT),)]


def test_a_second_time_changes_nothing(shop: OdooTenant, first: Ended) -> None:
    assert first.status == 0
    again = apply(shop, told(NORTHLIGHT))
    assert (again.status, again.said["made"], again.said["changed"]) == (0, {}, 0)


def test_one_store_that_odoo_does_not_take_is_named_and_nothing_is_done(shop: OdooTenant, first: Ended) -> None:
    assert first.status == 0
    lyon = {"code": "LYO3", "name": "Lyon Confluence", "suppliedBy": "DC"}
    new = {"code": "XX", "name": "Elsewhere", "address": {"country": "XX"}}
    network = {**description(NORTHLIGHT), "stores": [*description(NORTHLIGHT)["stores"], lyon, new]}
    refused = apply(shop, {"digest": "another", "network": network})
    assert refused.status == 4
    assert "Store XX: there is no country XX." in refused.said["error"]
    assert rows(shop, "SELECT count(*) FROM stock_warehouse WHERE code = 'LYO3'") == [(0,)]
    assert rows(shop, NETWORK_QUERY) == [(digest(NORTHLIGHT),)]


def test_policies_are_what_the_example_says(shop: OdooTenant, first: Ended) -> None:
    assert first.status == 0
    replenishment = rows(
        shop,
        "SELECT p.name, c.complete_name, to_char(season_from, 'MM-DD'), to_char(season_to, 'MM-DD'), cover_days,"
        " safety_days, (SELECT count(*) FROM retail_replenishment_policy_warehouse_rel r WHERE r.policy_id = p.id)"
        " FROM retail_replenishment_policy p LEFT JOIN product_category c ON c.id = p.categ_id ORDER BY sequence",
    )
    assert replenishment == [
        ("Fêtes", "All", "11-15", "12-24", 21, 10, 0),
        ("Paris", None, None, None, 7, 4, 5),
        ("Toute l'année", None, None, None, 14, 7, 0),
    ]
    counts = (
        "SELECT name, days_a, days_b, days_c, blind, (SELECT count(*) FROM retail_count_plan_stock_warehouse_rel r"
        " WHERE r.retail_count_plan_id = p.id) FROM retail_count_plan p"
    )
    assert rows(shop, counts) == [("Inventaire tournant", 30, 90, 180, True, 27)]
    tills = (
        "SELECT name, silent_minutes, pending_minutes, (SELECT count(*) FROM pos_config_retail_till_policy_rel r"
        " WHERE r.retail_till_policy_id = p.id) FROM retail_till_policy p WHERE company_id IS NOT NULL"
        " ORDER BY sequence"
    )
    assert rows(shop, tills) == [("Centres commerciaux", 5, 10, 20), ("Rues", 10, 15, 0)]
    purchases = (
        "SELECT p.name, amount_from, coalesce(days, 0), people, p.company_id IS NULL, g.name"
        " FROM retail_purchase_rule p JOIN res_groups g ON g.id = p.group_id WHERE p.active ORDER BY p.sequence"
    )
    reserves = (
        "SELECT channel.code, warehouse.code, share, categ_id FROM retail_channel_reserve reserve"
        " JOIN retail_channel channel ON channel.id = channel_id"
        " JOIN stock_warehouse warehouse ON warehouse.id = warehouse_id"
    )
    assert rows(shop, reserves) == [("web", "DC", 20, None)]
    assert rows(shop, purchases) == [
        ("Every purchase", 10000, 7, 1, True, "Approves purchases"),
        ("Deux signatures", 50000, 0, 2, False, "Approves purchases"),
    ]


def test_a_policy_changes_alone_and_what_was_tuned_by_hand_or_taken_out_stays(
    shop: OdooTenant, first: Ended
) -> None:
    assert first.status == 0
    with shop.connect() as connection:
        connection.execute("UPDATE retail_replenishment_policy SET least_qty = 3, history_days = 70")
    network = json.loads(json.dumps(description(NORTHLIGHT)))
    _feasts, paris, rest = network["policies"]["replenishment"]
    network["policies"]["replenishment"] = [{**paris, "coverDays": 9}, rest]
    changed = apply(shop, {"digest": "policies", "network": network})
    assert (changed.status, changed.said["made"]) == (0, {})
    said = "SELECT name, active, cover_days, least_qty, history_days FROM retail_replenishment_policy ORDER BY id"
    assert rows(shop, said) == [
        ("Fêtes", True, 21, 3, 70),
        ("Paris", True, 9, 3, 70),
        ("Toute l'année", True, 14, 3, 70),
    ]
    assert changed.said["left"] >= 1
    assert apply(shop, told(NORTHLIGHT)).status == 0


def test_all_policies_that_odoo_does_not_take_are_named(shop: OdooTenant, first: Ended) -> None:
    assert first.status == 0
    policies = {
        "replenishment": [
            {"name": "A", "category": "Lamps"},
            {"name": "B", "seasonFrom": "02-30", "seasonTo": "04-01"},
            {"name": "C", "seasonFrom": "03-01"},
        ],
        "counts": [{"name": "D", "stores": ["NONE"], "daysA": 0}],
        "tills": [{"name": "E", "stores": ["DC"]}, {"silentMinutes": 5}, {"name": "F"}, {"name": "F"}],
        "purchases": [
            {
                "name": "G",
                "store": "NONE",
                "people": 9,
                "approvedBy": "base.main_company",
                "amountBelow": 5,
                "amountFrom": 7,
            }
        ],
        "reserves": [{"channel": "moon", "share": 101}, {"channel": "moon", "share": 1}],
    }
    refused = apply(shop, {"digest": "another", "network": {**description(NORTHLIGHT), "policies": policies}})
    assert refused.status == 4
    for words in (
        "Policy replenishment: A: there is no product category Lamps.",
        "Policy replenishment: B: write seasonFrom and seasonTo",
        "Policy replenishment: C: write seasonFrom and seasonTo",
        "Policy counts: D: there is no store NONE.",
        "Policy counts: D: numbers are 1 or more.",
        "Policy tills: E: store DC has no till.",
        "A policy in tills has no name.",
        "Policy tills: F is listed twice.",
        "Reserve moon: there is no such channel. Write its code.",
        "Reserve moon: the share is from 0 to 100 per cent.",
        "Policy reserves: moon is listed twice.",
        "Policy purchases: G: there is no store NONE.",
        "Policy purchases: G: from 1 to 5 people have to agree.",
        "Policy purchases: G: amountBelow is more than amountFrom",
        "Policy purchases: G: there is no group base.main_company.",
    ):
        assert words in refused.said["error"]


def test_a_place_that_is_opened_by_hand_joins_the_count_plans_of_all_others(
    shop: OdooTenant, first: Ended
) -> None:
    assert first.status == 0
    assert run_inside(shop, "opened_places.py") == {
        "store": ["all", "stores"],
        "warehouse": ["all"],
        "taken out by hand": [],
    }


def test_a_file_that_says_nothing_is_refused_before_odoo_starts(shop: OdooTenant) -> None:
    refused = apply(shop, {"stores": []})
    assert refused.status == 2
    assert "STORES_FILE must name a JSON file" in refused.said["error"]
