"""What breaks around a tenant is repaired without anybody's help, and nothing is lost."""

import base64
import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from functools import partial

from controller.core.ports import Ref
from controller.errors import ShopfleetError
from provisioning.meta import API_VERSION, SYSTEM_NAMESPACE, Manifest
from provisioning.names import TEMPLATES_NAMESPACE
from provisioning.platform.postgres_config import RETRY_TIMEOUT, TTL
from tests.e2e.conftest import NAMESPACE, Fleet, Shop
from tests.e2e.test_changes import eventually
from tests.e2e.test_sessions import ready, serves_everywhere, web_pods
from tests.support.node_processes import component

# Characters. Every generated password is longer.
LEAST_SECRET = 12


def test_killed_web_pods_come_back(fleet: Fleet, northlight: Shop) -> None:
    before = {pod["metadata"]["name"] for pod in web_pods(fleet, northlight)}
    for name in before:
        fleet.kube.delete(Ref("v1", "Pod", name, northlight.namespace))

    def replaced() -> bool:
        pods = web_pods(fleet, northlight)
        return len(pods) == len(before) and all(map(ready, pods))

    eventually(replaced, 180, "every web pod is replaced and ready")
    # The gateway learns the new addresses a moment after the pods are ready.
    eventually(lambda: serves_everywhere(fleet, northlight), 180, "the tenant serves again")


def test_a_missing_object_is_made_again(fleet: Fleet, atelier_rua: Shop) -> None:
    service = Ref("v1", "Service", "web", atelier_rua.namespace)
    fleet.kube.delete(service)
    # Any change to the tenant makes the operator look at it now instead of at its next resync.
    tenant = Ref(API_VERSION, "Tenant", "atelier-rua", NAMESPACE)
    fleet.kube.patch(tenant, {"metadata": {"annotations": {"example.com/look": str(time.time())}}})
    eventually(lambda: fleet.kube.get(service) is not None, 180, "the service is back")
    eventually(lambda: serves_everywhere(fleet, atelier_rua), 180, "the tenant serves again")


def test_two_tenants_cannot_have_one_hostname(fleet: Fleet, northlight: Shop) -> None:
    done = fleet.run(
        "tenant", "create", "copycat", "--hostname", northlight.hostname, "--plan", "small", "--country", "FR",
        "--language", "fr_FR", check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "hostname" in done.stderr
    assert "northlight" in done.stderr
    assert fleet.kube.get(Ref(API_VERSION, "Tenant", "copycat", NAMESPACE)) is None


def test_no_secret_is_in_logs_events_or_status(fleet: Fleet, northlight: Shop) -> None:
    """Every value of every Secret of the platform and of a live tenant is a canary."""
    places = (northlight.namespace, SYSTEM_NAMESPACE, TEMPLATES_NAMESPACE)
    canaries = {northlight.password} | {value for each in places for value in secret_values(fleet, each)}
    assert len(canaries) > 10
    for where, text in everything_said(fleet, (*places, NAMESPACE)):
        for canary in canaries:
            assert canary not in text, f"a secret of {len(canary)} characters is in {where}"


def secret_values(fleet: Fleet, namespace: str) -> set[str]:
    """Passwords and lines of private keys in the namespace's Secrets; shorter values are names that any text may
    hold."""
    values = [
        base64.b64decode(value).decode(errors="replace").strip()
        for secret in fleet.kube.list("v1", "Secret", namespace)
        for key, value in (secret.get("data") or {}).items()
        if not key.endswith(".crt") and key not in ("username", "access-key")
    ]
    return {part for value in values for part in secret_parts(value) if len(part) >= LEAST_SECRET}


def secret_parts(value: str) -> list[str]:
    """A value of one line as it is; of a file the lines of a key, or what its settings name a password."""
    lines = value.splitlines()
    if len(lines) == 1:
        return lines
    if "PRIVATE KEY" in value:
        return [line for line in lines if "-----" not in line]
    pairs = [line.partition("=") for line in lines]
    return [after.strip() for before, _, after in pairs if "passw" in before]


def everything_said(fleet: Fleet, namespaces: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Where and what: events, logs of every container, and all of our own objects and reports."""
    for kind in ("Tenant", "Procedure", "AuditRecord", "DatabaseServer", "Partner"):
        yield kind, json.dumps(fleet.kube.list(API_VERSION, kind))
    yield "doctor", fleet.run("--output", "json", "doctor", check=False).stdout
    for namespace in namespaces:
        yield f"events of {namespace}", json.dumps(fleet.kube.list("v1", "Event", namespace))
        for pod in fleet.kube.list("v1", "Pod", namespace):
            for container in begun_containers(pod):
                name = pod["metadata"]["name"]
                yield f"log of {name}/{container}", log_of(fleet, namespace, name, container)


def begun_containers(pod: Manifest) -> list[str]:
    """Names of those that may have said something."""
    statuses = pod["status"].get("containerStatuses", [])
    return [each["name"] for each in statuses if "waiting" not in each["state"] or each["lastState"]]


def log_of(fleet: Fleet, namespace: str, name: str, container: str) -> str:
    """Empty when the pod has gone by now."""
    try:
        return fleet.kube.pod_log(namespace, name, container)
    except ShopfleetError:
        if fleet.kube.get(Ref("v1", "Pod", name, namespace)) is not None:
            raise
        return ""


def test_the_container_runtime_may_restart(fleet: Fleet, northlight: Shop) -> None:
    """Its supervisor starts it again; pods go on meanwhile, because their shims are processes of their own."""
    runtime = component("containerd")
    assert runtime is not None
    os.kill(runtime, signal.SIGKILL)
    eventually(lambda: component("containerd") not in (None, runtime), 180, "containerd is back")
    eventually(lambda: serves_everywhere(fleet, northlight), 180, "the tenant serves after the runtime's restart")


def test_an_api_server_that_does_not_answer_stops_no_shop(
    fleet: Fleet, northlight: Shop, atelier_rua: Shop
) -> None:
    """The database's leader cannot renew its claim meanwhile, and stays leader: it reaches all members."""
    odoo = northlight.session()
    number = component("kube-apiserver")
    assert number is not None
    end = time.monotonic() + TTL + RETRY_TIMEOUT
    os.kill(number, signal.SIGSTOP)
    try:
        while time.monotonic() < end:
            odoo.call("res.partner", "search_count", [])
            time.sleep(1)
        # However few there was time for before.
        odoo.call("res.partner", "search_count", [])
    finally:
        os.kill(number, signal.SIGCONT)
    # The node was not heard of, and its pods may count as not ready for a moment.
    for shop in (northlight, atelier_rua):
        eventually(partial(serves_everywhere, fleet, shop), 180, f"{shop.name} serves afterwards")
