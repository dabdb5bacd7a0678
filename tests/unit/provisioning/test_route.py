"""Which requests belong to which class, and what each class may take."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.bundle import TenantObjects
from provisioning.meta import Manifest
from provisioning.objects.odoo import REQUEST_LIMIT
from provisioning.objects.route import RETIRED_HEADER, retired
from tests.unit.provisioning.samples import built, bundle, inputs, of_kind, plan_spec

# As the Gateway API's schema has it.
MAX_RULES, MAX_MATCHES = 16, 128
DURATION = re.compile(r"([0-9]{1,5}(h|m|s|ms)){1,4}")


def main_route(objects: TenantObjects) -> Manifest:
    return objects.route.routes[0]


def rules(objects: TenantObjects) -> dict[str, Any]:
    return {rule["name"]: rule for rule in main_route(objects)["spec"]["rules"]}


def rule_of(objects: TenantObjects, path: str) -> str:
    """The rule that Envoy Gateway picks: a matching pattern first, else the longest prefix of whole elements."""
    best, found = (-1, -1), ""
    for name, rule in rules(objects).items():
        for match in rule["matches"]:
            kind, value = match["path"]["type"], match["path"]["value"]
            if kind == "RegularExpression":
                rank = (1, len(value)) if re.fullmatch(value, path) else (-1, -1)
            else:
                inside = path == value or path.startswith(value.rstrip("/") + "/")
                rank = (0, len(value)) if inside else (-1, -1)
            if rank > best:
                best, found = rank, name
    return found


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/", "browse"),
        ("/shop", "browse"),
        ("/shop/category/lamps-3", "browse"),
        ("/fr/shop", "browse"),
        ("/web/image/product.product/7/image_512", "browse"),
        ("/web/content/312-abc/web.assets_frontend.css", "browse"),
        ("/point_of_sale/static/src/js/models.js", "browse"),
        ("/position", "browse"),
        ("/shop/cart", "checkout"),
        ("/shop/cart/update_json", "checkout"),
        ("/shop/payment/transaction", "checkout"),
        ("/payment/transfer/feedback", "checkout"),
        ("/fr/shop/checkout", "checkout"),
        ("/pt_BR/shop/cart", "checkout"),
        ("/en_US/payment/process", "checkout"),
        ("/shop/cartoons", "browse"),
        ("/pos/web", "till"),
        ("/pos/ui", "till"),
        ("/web/dataset/call_kw/pos.order/create_from_ui", "till"),
        ("/web/dataset/call_kw/pos.session/login", "till"),
        ("/web/dataset/call_kw/pos.order.line/read", "backend"),
        ("/web", "backend"),
        ("/web/login", "backend"),
        ("/web/session/authenticate", "backend"),
        ("/web/dataset/call_kw/sale.order/read", "backend"),
        ("/jsonrpc", "backend"),
        ("/xmlrpc/2/object", "backend"),
        ("/odoo/action-1", "backend"),
        ("/report/html/sale.report_saleorder/7", "reports"),
        ("/report/download", "reports"),
        ("/web/export/xlsx", "reports"),
        ("/web/pivot/export_xls", "reports"),
        ("/longpolling/poll", "push"),
        ("/web/database/manager", "blocked"),
        ("/web/database", "blocked"),
        ("/fr/web/database/selector", "blocked"),
        ("/xmlrpc/db", "blocked"),
        ("/xmlrpc/2/db", "blocked"),
        ("/platform/health", "blocked"),
    ],
)
def test_a_path_belongs_to_its_class(path: str, rule: str) -> None:
    assert rule_of(bundle(), path) == rule


@given(st.from_regex(r"(/[a-z0-9._-]{1,12}){0,4}", fullmatch=True))
def test_every_path_belongs_to_some_class(path: str) -> None:
    assert rule_of(bundle(), path or "/")


@given(st.from_regex(r"/web/database(/[a-z]{1,8}){0,3}", fullmatch=True))
def test_nothing_below_the_database_manager_gets_through(path: str) -> None:
    assert rule_of(bundle(), path) == "blocked"


def test_the_route_is_one_that_the_gateway_accepts() -> None:
    found = main_route(bundle())["spec"]["rules"]
    names = [rule["name"] for rule in found]
    assert len(set(names)) == len(names) <= MAX_RULES
    assert sum(len(rule["matches"]) for rule in found) <= MAX_MATCHES
    prefixes = [match["path"]["value"] for rule in found for match in rule["matches"]]
    assert len(set(prefixes)) == len(prefixes)
    assert all(DURATION.fullmatch(rule["timeouts"]["request"]) for rule in found if "timeouts" in rule)


def test_every_class_but_the_blocked_one_has_its_own_policy() -> None:
    objects = bundle()
    targets = [policy["spec"]["targetRefs"] for policy in objects.route.policies]
    assert [target["sectionName"] for (target,) in targets] == [
        name for name in rules(objects) if name != "blocked"
    ]
    assert {target["name"] for (target,) in targets} == {main_route(objects)["metadata"]["name"]}


def test_blocked_paths_are_answered_by_the_gateway_itself() -> None:
    objects = bundle()
    blocked = rules(objects)["blocked"]
    assert "backendRefs" not in blocked
    (reference,) = blocked["filters"]
    (answer,) = objects.route.filters
    assert reference["extensionRef"]["name"] == answer["metadata"]["name"]
    assert answer["spec"]["directResponse"]["statusCode"] == 404


@pytest.mark.parametrize(
    ("series", "path"), [("14.0", "/longpolling"), ("15.0", "/longpolling"), ("16.0", "/websocket")]
)
def test_push_goes_to_the_evented_process_without_a_timeout(series: str, path: str) -> None:
    given = inputs()
    objects = built(given, release=given.release.model_copy(update={"series": series}))
    push = rules(objects)["push"]
    assert [match["path"]["value"] for match in push["matches"]] == [path]
    assert push["backendRefs"] == [{"kind": "Service", "name": "push", "port": 8072}]
    assert push["timeouts"]["request"] == "0s"


def test_the_gateway_is_more_patient_than_odoo_where_a_second_try_would_book_twice() -> None:
    for name in ("till", "checkout", "backend", "reports"):
        assert int(rules(bundle())[name]["timeouts"]["request"].removesuffix("s")) > REQUEST_LIMIT


def test_nothing_is_sent_twice_that_may_have_arrived() -> None:
    for policy in bundle().route.policies:
        assert policy["spec"]["retry"]["retryOn"] == {"triggers": ["connect-failure"]}


@given(st.integers(2, 16), st.integers(1, 20))
def test_tills_always_find_a_worker(workers: int, replicas: int) -> None:
    objects = bundle(plan=plan_spec(workers, 1, replicas))
    breakers = {
        policy["spec"]["targetRefs"][0]["sectionName"]: policy["spec"]["circuitBreaker"]
        for policy in objects.route.policies
    }
    total = workers * replicas
    assert breakers["till"]["maxConnections"] >= total
    assert breakers["browse"]["maxConnections"] < total
    assert 1 <= breakers["reports"]["maxConnections"] <= total / 2
    for breaker in breakers.values():
        # Otherwise requests would be turned away that could still queue.
        assert breaker["maxParallelRequests"] >= breaker["maxConnections"] + breaker["maxPendingRequests"]


def test_a_rename_keeps_the_policies_and_redirects_the_old_name() -> None:
    before = bundle()
    after = bundle(hostnames=("new.shops.localhost", "atelier-rua.shops.localhost", "older.shops.localhost"))
    assert after.route.policies == before.route.policies
    serving, redirect = after.route.routes
    assert serving["metadata"] == main_route(before)["metadata"]
    assert serving["spec"]["hostnames"] == ["new.shops.localhost"]
    assert redirect["spec"]["hostnames"] == ["atelier-rua.shops.localhost", "older.shops.localhost"]
    ((answer,),) = [rule["filters"] for rule in redirect["spec"]["rules"]]
    # No path: the gateway keeps the one that was asked for.
    assert answer["requestRedirect"] == {"hostname": "new.shops.localhost", "statusCode": 308}


def test_another_plan_makes_another_set_so_that_no_policy_is_edited() -> None:
    small, large = bundle(plan=plan_spec(2, 1, 2)), bundle(plan=plan_spec(4, 1, 2))
    names = [{one["metadata"]["name"] for one in (*o.route.policies, main_route(o))} for o in (small, large)]
    assert not names[0] & names[1]
    # What does not bear on the limits keeps them.
    assert bundle(plan=plan_spec(2, 1, 2, storage="9Gi")).route == small.route


def test_routes_hang_on_the_tls_listener() -> None:
    for route in of_kind(bundle(hostnames=("a.b", "c.d")).all(), "HTTPRoute"):
        assert route["spec"]["parentRefs"] == [
            {"name": "shopfleet", "namespace": "shopfleet-system", "sectionName": "https"}
        ]


@pytest.mark.parametrize("hostnames", [("rua.shops.localhost",), ("new.shops.localhost", "rua.shops.localhost")])
def test_a_retired_route_matches_only_who_asks_for_it(hostnames: tuple[str, ...]) -> None:
    for route in bundle(hostnames=hostnames).route.routes:
        before, after = route["spec"]["rules"], retired(route)["spec"]["rules"]
        assert [rule.get("backendRefs") for rule in after] == [rule.get("backendRefs") for rule in before]
        for old, new in zip(before, after, strict=True):
            assert len(new["matches"]) == len(old.get("matches", [{}]))
            for match in new["matches"]:
                assert [header["name"] for header in match["headers"]] == [RETIRED_HEADER]


def test_retiring_twice_changes_nothing_more() -> None:
    route = main_route(bundle())
    once = retired(route)
    assert retired({**route, **once}) == once
