"""Sessions are shared by all replicas, and a busy pod is left alone while a wedged one is restarted."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from controller.core.ports import Ref
from tests.e2e.conftest import Fleet, Shop
from tests.e2e.test_changes import eventually
from tests.support.odoo import OdooSession


def web_pods(fleet: Fleet, shop: Shop) -> list[dict]:
    pods = fleet.kube.list("v1", "Pod", shop.namespace, {"shopfleet.dev/component": "web"})
    return [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]


def ready(pod: dict) -> bool:
    conditions = {c["type"]: c["status"] for c in pod.get("status", {}).get("conditions", [])}
    return conditions.get("Ready") == "True"


def restarts(pod: dict) -> int:
    return sum(container["restartCount"] for container in pod["status"]["containerStatuses"])


def test_a_cookie_survives_pods_and_works_on_every_replica(fleet: Fleet, atelier_rua: Shop) -> None:
    session = atelier_rua.session()
    deployment = Ref("apps/v1", "Deployment", "web", atelier_rua.namespace)
    fleet.kube.patch(deployment, {"spec": {"replicas": 3}})
    try:
        eventually(lambda: sum(map(ready, web_pods(fleet, atelier_rua))) == 3, 120, "three web pods are ready")
        for _ in range(12):
            session.http.close()
            fresh = OdooSession(atelier_rua.hostname, fleet.gateway)
            fresh.http.cookies = session.http.cookies
            assert fresh.call("res.users", "search_count", [("id", "=", 2)]) == 1
    finally:
        fleet.kube.patch(deployment, {"spec": {"replicas": 1}})
        eventually(lambda: len(web_pods(fleet, atelier_rua)) == 1, 240, "one web pod is left")
    (pod,) = web_pods(fleet, atelier_rua)
    fleet.kube.delete(Ref("v1", "Pod", pod["metadata"]["name"], atelier_rua.namespace))
    eventually(lambda: any(map(ready, web_pods(fleet, atelier_rua))), 120, "a new web pod is ready")
    fresh = OdooSession(atelier_rua.hostname, fleet.gateway)
    fresh.http.cookies = session.http.cookies
    assert fresh.call("res.users", "search_count", [("id", "=", 2)]) == 1


@pytest.mark.deep
def test_a_busy_pod_is_left_alone(fleet: Fleet, northlight: Shop) -> None:
    """Every worker is held for 90 s by a slow query: no restart, no endpoint removed."""
    before = web_pods(fleet, northlight)
    session = northlight.session()
    slow = {"name": "hold", "model_id": 1, "state": "code", "code": "env.cr.execute('SELECT pg_sleep(90)')"}
    action = session.call("ir.actions.server", "create", slow)

    def hold() -> None:
        busy = OdooSession(northlight.hostname, fleet.gateway, timeout=120)
        busy.http.cookies = session.http.cookies
        busy.call("ir.actions.server", "run", [action])

    holders = [threading.Thread(target=hold) for _ in range(8)]
    for holder in holders:
        holder.start()
    end = time.monotonic() + 85
    while time.monotonic() < end:
        pods = web_pods(fleet, northlight)
        assert [p["metadata"]["uid"] for p in pods] == [p["metadata"]["uid"] for p in before]
        assert all(map(ready, pods))
        assert [restarts(p) for p in pods] == [restarts(p) for p in before]
        time.sleep(2)
    for holder in holders:
        holder.join()


def test_a_wedged_master_is_restarted_within_a_minute(fleet: Fleet, atelier_rua: Shop) -> None:
    (pod,) = web_pods(fleet, atelier_rua)
    before = restarts(pod)
    master = _master_process(pod)
    os.kill(master, signal.SIGSTOP)
    started = time.monotonic()

    def restarted() -> bool:
        (now,) = web_pods(fleet, atelier_rua)
        return restarts(now) > before

    eventually(restarted, 75, "the wedged master's container is restarted")
    assert time.monotonic() - started < 75
    eventually(lambda: all(map(ready, web_pods(fleet, atelier_rua))), 90, "the pod is ready again")


def _master_process(pod: dict) -> int:
    """The process id on this machine of the prefork master: first process of its container."""
    container = next(c for c in pod["status"]["containerStatuses"] if c["name"] == "odoo")
    container_id = container["containerID"].rpartition("/")[2]
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            inside = container_id in (entry / "cgroup").read_text()
            first = (entry / "status").read_text().split("NSpid:")[1].split("\n")[0].split()[-1] == "1"
        except (OSError, IndexError):
            continue
        if inside and first:
            return int(entry.name)
    pytest.fail(f"no process of container {container_id} is found on this machine")
