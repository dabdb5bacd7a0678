"""Calls to the outside are made by the cron pod and nobody else, and its death loses and doubles none."""

import os
import signal
from collections.abc import Iterator

import pytest

from provisioning.meta import Manifest
from tests.e2e.carriers import Carrier, carrier_in, confirm_an_order, told_of_orders
from tests.e2e.conftest import DatabaseLogin, Fleet, Shop
from tests.e2e.test_changes import eventually
from tests.e2e.test_sessions import ready, restarts, web_pods
from tests.support.node_processes import main_of
from tests.support.odoo import OdooSession

RUNNERS = """SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)
             WHERE datname = current_database() AND locktype = 'advisory' AND granted"""


@pytest.fixture(scope="module")
def carrier(fleet: Fleet, northlight: Shop) -> Iterator[Carrier]:
    with carrier_in(fleet, northlight) as found:
        yield found


@pytest.fixture(scope="module")
def odoo(northlight: Shop, carrier: Carrier, database_login: DatabaseLogin) -> Iterator[OdooSession]:
    with told_of_orders(northlight, carrier, database_login) as session:
        yield session


def cron_pod(fleet: Fleet, shop: Shop) -> Manifest:
    (pod,) = fleet.kube.list("v1", "Pod", shop.namespace, {"shopfleet.dev/component": "cron"})
    return pod


def calls_about(carrier: Carrier, order: int) -> list[dict[str, str]]:
    return [call for call in carrier.calls() if f"/sale.order/{order}/" in call["key"]]


def told(odoo: OdooSession, order: int) -> bool:
    """Whether the carrier has answered to what it was told of this order."""
    about = [("res_model", "=", "sale.order"), ("res_id", "=", order)]
    states = odoo.call("retail.connector.message", "search_read", about, ["state"])
    return [message["state"] for message in states] == ["sent"]


def test_what_a_web_pod_queues_is_sent_by_the_cron_pod(
    fleet: Fleet, northlight: Shop, carrier: Carrier, odoo: OdooSession, database_login: DatabaseLogin
) -> None:
    assert len(web_pods(fleet, northlight)) > 1
    order = confirm_an_order(odoo)
    eventually(lambda: told(odoo, order), 300, "the carrier is told of the order")
    (call,) = calls_about(carrier, order)
    assert call["peer"] == cron_pod(fleet, northlight)["status"]["podIP"]
    # Each runner holds this lock, or waits for it.
    runner = {f"odoo:{northlight.id}:cron"}
    eventually(lambda: database_login.query(northlight, RUNNERS) == runner, 180, "the cron pod alone runs jobs")


def test_a_call_under_way_survives_the_death_of_its_pod(
    fleet: Fleet, northlight: Shop, carrier: Carrier, odoo: OdooSession
) -> None:
    carrier.script("hangs")
    under_way = confirm_an_order(odoo)
    eventually(lambda: len(calls_about(carrier, under_way)) == 1, 300, "the carrier is called")
    waiting = confirm_an_order(odoo)
    pod = cron_pod(fleet, northlight)
    os.kill(main_of(pod, "cron"), signal.SIGKILL)
    eventually(lambda: restarts(cron_pod(fleet, northlight)) > restarts(pod), 300, "the cron pod is restarted")
    eventually(lambda: ready(cron_pod(fleet, northlight)), 300, "the cron pod is ready")
    # Two minutes until the call counts as lost, one until somebody looks, and another one for Odoo's own beat.
    both = (under_way, waiting)
    eventually(lambda: all(told(odoo, order) for order in both), 900, "the carrier is told of both orders")
    repeated = calls_about(carrier, under_way)
    assert len(repeated) == 2
    assert len({call["key"] for call in repeated}) == 1
    assert len(calls_about(carrier, waiting)) == 1
    # A container that is restarted keeps its pod's address.
    assert {call["peer"] for call in repeated} == {pod["status"]["podIP"]}
