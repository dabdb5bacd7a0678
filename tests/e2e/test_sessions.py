"""Sessions are shared by all replicas, and a busy pod is left alone while a wedged one is restarted."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from controller.core.ports import Ref
from provisioning.meta import Manifest
from provisioning.objects.odoo import TERMINATION_GRACE
from tests.e2e.conftest import DatabaseLogin, Fleet, Shop, database_password
from tests.e2e.test_changes import eventually
from tests.support.node_processes import container_status, main_of
from tests.support.odoo import OdooSession


def web_pods(fleet: Fleet, shop: Shop) -> list[Manifest]:
    pods = fleet.kube.list("v1", "Pod", shop.namespace, {"shopfleet.dev/component": "web"})
    return [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]


def ready(pod: Manifest) -> bool:
    conditions = {c["type"]: c["status"] for c in pod.get("status", {}).get("conditions", [])}
    return conditions.get("Ready") == "True"


def serves_everywhere(fleet: Fleet, shop: Shop) -> bool:
    """Whether all its web pods are ready, and customers are led to none that is not: the next test asks once."""
    pods = web_pods(fleet, shop)
    if not pods or not all(map(ready, pods)):
        return False
    return all(fleet.page(shop.hostname, timeout=60) == 200 for _ in range(4 * len(pods)))


def restarts(pod: Manifest) -> int:
    return sum(container["restartCount"] for container in pod["status"]["containerStatuses"])


def test_a_cookie_survives_pods_and_works_on_every_replica(fleet: Fleet, atelier_rua: Shop) -> None:
    session = atelier_rua.session()
    deployment = Ref("apps/v1", "Deployment", "web", atelier_rua.namespace)
    fleet.kube.patch(deployment, {"spec": {"replicas": 3}})
    try:
        eventually(lambda: sum(map(ready, web_pods(fleet, atelier_rua))) == 3, 300, "three web pods are ready")
        for pod in web_pods(fleet, atelier_rua):
            assert user_at(pod, session) == 2, pod["metadata"]["name"]
    finally:
        fleet.kube.patch(deployment, {"spec": {"replicas": 1}})
        eventually(lambda: len(web_pods(fleet, atelier_rua)) == 1, 300, "one web pod is left")
    (pod,) = web_pods(fleet, atelier_rua)
    fleet.kube.delete(Ref("v1", "Pod", pod["metadata"]["name"], atelier_rua.namespace))
    eventually(lambda: any(map(ready, web_pods(fleet, atelier_rua))), 300, "a new web pod is ready")
    # The gateway learns its address a moment later.
    eventually(lambda: serves_everywhere(fleet, atelier_rua), 180, "the tenant serves again")
    fresh = OdooSession(atelier_rua.hostname, fleet.gateway)
    fresh.http.cookies = session.http.cookies
    assert fresh.call("res.users", "search_count", [("id", "=", 2)]) == 1


def user_at(pod: Manifest, session: OdooSession) -> int | None:
    """Who the session's cookie belongs to, asked of this very pod and not through the gateway."""
    found: int | None = ask_pod(pod, session, "/web/session/get_session_info", timeout=120)["uid"]
    return found


def ask_pod(pod: Manifest, session: OdooSession, path: str, timeout: float, **params: object) -> Manifest:
    """The result of one call, past the gateway, which would choose the pod."""
    answer = httpx.post(
        f"http://{pod['status']['podIP']}:8069{path}",
        json={"jsonrpc": "2.0", "method": "call", "params": params, "id": 1},
        cookies={"session_id": session.http.cookies["session_id"]},
        timeout=timeout,
    )
    said: Manifest = answer.raise_for_status().json()
    assert "error" not in said, said["error"]
    return dict(said["result"] or {})


@pytest.mark.deep
def test_a_busy_pod_is_left_alone(fleet: Fleet, northlight: Shop, database_login: DatabaseLogin) -> None:
    """Every worker is held for 90 s by a slow query: no restart, no endpoint removed."""
    before = web_pods(fleet, northlight)
    endpoints = ready_endpoints(fleet, northlight)
    assert endpoints
    session = northlight.session()
    # Of a model that its administrator may write, or Odoo refuses to run it.
    (model,) = session.call("ir.model", "search", [("model", "=", "res.partner")])
    slow = {"name": "hold", "model_id": model, "state": "code", "code": "env.cr.execute('SELECT pg_sleep(90)')"}
    action = session.call("ir.actions.server", "create", slow)
    places = [pod for pod in before for _ in range(workers_of(pod))]
    workers = len(places)

    def hold(pod: Manifest) -> None:
        run = {"model": "ir.actions.server", "method": "run", "args": [[action]], "kwargs": {}}
        ask_pod(pod, session, "/web/dataset/call_kw/ir.actions.server/run", timeout=180, **run)

    with ThreadPoolExecutor(workers) as pool:
        holders = [pool.submit(hold, pod) for pod in places]
        eventually(lambda: sleepers(northlight, database_login) == workers, 60, "every worker is held")
        end = time.monotonic() + 75
        while time.monotonic() < end:
            pods = web_pods(fleet, northlight)
            assert [p["metadata"]["uid"] for p in pods] == [p["metadata"]["uid"] for p in before]
            assert all(map(ready, pods))
            assert [restarts(p) for p in pods] == [restarts(p) for p in before]
            assert ready_endpoints(fleet, northlight) == endpoints
            time.sleep(2)
        assert sleepers(northlight, database_login) == workers
        for holder in holders:
            holder.result(timeout=60)


def workers_of(pod: Manifest) -> int:
    """HTTP workers of a web pod."""
    (odoo,) = [each for each in pod["spec"]["containers"] if each["name"] == "odoo"]
    return int(next(each["value"] for each in odoo["env"] if each["name"] == "PLATFORM_WORKERS"))


def ready_endpoints(fleet: Fleet, shop: Shop) -> set[str]:
    """Addresses to which the web Service sends requests."""
    slices = fleet.kube.list(
        "discovery.k8s.io/v1", "EndpointSlice", shop.namespace, {"kubernetes.io/service-name": "web"}
    )
    ends = [end for each in slices for end in each.get("endpoints") or []]
    return {address for end in ends if end["conditions"].get("ready") for address in end["addresses"]}


def sleepers(shop: Shop, login: DatabaseLogin) -> int:
    """Connections of the tenant that are in the slow query now."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(90)'"
    with login.connection(shop.database, database_password(shop), shop.database) as connection:
        (count,) = connection.execute(query).fetchone() or (0,)
    return int(count)


def test_a_wedged_master_is_restarted_long_before_the_grace_of_its_pod_ends(
    fleet: Fleet, atelier_rua: Shop
) -> None:
    (pod,) = web_pods(fleet, atelier_rua)
    before = restarts(pod)
    stopped = datetime.now(UTC)
    os.kill(main_of(pod, "odoo"), signal.SIGSTOP)

    def restarted() -> bool:
        (now,) = web_pods(fleet, atelier_rua)
        return restarts(now) > before

    eventually(restarted, 300, "the wedged master's container is restarted")
    (now,) = web_pods(fleet, atelier_rua)
    ended = datetime.fromisoformat(container_status(now, "odoo")["lastState"]["terminated"]["finishedAt"])
    # Within a minute, by the numbers of its probes, on a machine that has time for them: see test_bundle.py.
    assert ended - stopped < timedelta(seconds=TERMINATION_GRACE)
    eventually(lambda: all(map(ready, web_pods(fleet, atelier_rua))), 300, "the pod is ready again")
