"""What only a real cluster can refuse: the reason reaches the person who asked, and nothing is left of it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from controller.core.ports import Ref
from provisioning.meta import API_VERSION, SYSTEM_NAMESPACE
from tests.e2e.conftest import Fleet, Shop, same_template
from tests.support.eventually import eventually

NAME = "impossible"
# Seconds. From the request until the reason is known; pods are looked at every second.
PATIENCE = 600


@contextmanager
def one_more(fleet: Fleet, kind: str, copied: str, **changes: Any) -> Iterator[str]:
    """An object like an existing one but for these fields of its spec, and gone afterwards."""
    found = fleet.kube.get(Ref(API_VERSION, kind, copied))
    assert found is not None
    spec = {**found["spec"], **changes}
    fleet.kube.apply({"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": NAME}, "spec": spec})
    try:
        yield NAME
    finally:
        # Kept until the operator has counted that no tenant has it any more.
        eventually(lambda: _gone(fleet, Ref(API_VERSION, kind, NAME)), timeout=300)


def _gone(fleet: Fleet, ref: Ref) -> bool:
    fleet.kube.delete(ref)
    return fleet.kube.get(ref) is None


def refused(like: Shop, reason: str, *words: str) -> None:
    """Ask for a tenant like another but for `words`, see `reason` in what its creation says, and take it back:
    nothing may be left."""
    fleet, hostname = like.fleet, f"{NAME}.shops.localhost"
    fleet.run("tenant", "create", NAME, "--hostname", hostname, *same_template(like), *words, "--no-wait")
    identifier = fleet.tenant(NAME)["spec"]["id"]
    try:
        eventually(lambda: _contains(messages(fleet), reason), timeout=PATIENCE)
    finally:
        fleet.run("tenant", "delete", NAME, "--confirm", NAME, "--purge")
    assert fleet.kube.get(Ref("v1", "Namespace", f"sf-{identifier}")) is None


def _contains(text: str, part: str) -> bool:
    assert part in text
    return True


def messages(fleet: Fleet) -> str:
    """Messages of the tenant's creation and of what it waits for, as `shopfleet procedure list` shows them."""
    rows = fleet.json("procedure", "list", "--tenant", NAME)
    return " ".join(str(row) for row in rows)


def test_a_pod_that_fits_on_no_node_is_told(fleet: Fleet, atelier_rua: Shop) -> None:
    with one_more(fleet, "Plan", "small", cpuRequest="500", cpuLimit="500") as plan:
        refused(atelier_rua, "Insufficient cpu", "--plan", plan)


def test_a_plan_with_too_little_memory_for_odoo_is_named(fleet: Fleet, atelier_rua: Shop) -> None:
    with one_more(fleet, "Plan", "small", memory="64Mi") as plan:
        said = (
            "container odoo was killed at its memory limit of 64Mi (OOMKilled); "
            f"spec.memory of Plan {plan} is too little for it"
        )
        refused(atelier_rua, said, "--plan", plan)


def test_a_database_server_that_is_down_is_named(fleet: Fleet, atelier_rua: Shop) -> None:
    with one_more(fleet, "DatabaseServer", "default", host="127.0.0.1", port=9) as server:
        said = f"spec.databaseServer: {server} does not answer"
        refused(atelier_rua, said, "--plan", "small", "--database-server", server)


def test_an_image_that_no_node_has_is_named(fleet: Fleet, atelier_rua: Shop) -> None:
    """Of a release of its own: its template is built first, and already that cannot start."""
    # Another one in each run: the build of a template that was cancelled stays so on a cluster that is kept.
    image = f"shopfleet.local/odoo-14.0:missing-{secrets.token_hex(4)}"
    with one_more(fleet, "Release", "14.0", image=image) as release:
        try:
            refused(atelier_rua, image, "--plan", "small", "--release", release)
        finally:
            cancel_builds(fleet, release)


def cancel_builds(fleet: Fleet, release: str) -> None:
    """Stop building templates of the release, so that it can go."""
    builds = [
        Ref(API_VERSION, "Procedure", each["metadata"]["name"], SYSTEM_NAMESPACE)
        for each in fleet.kube.list(API_VERSION, "Procedure", SYSTEM_NAMESPACE)
        if each["spec"].get("parameters", {}).get("release") == release
    ]
    for build in builds:
        # Of an earlier run on the same cluster there may be others.
        if not has_ended(fleet, build):
            fleet.run("procedure", "cancel", build.name, "--reason", "the image is missing", "--yes")
            eventually(partial(has_ended, fleet, build), timeout=300)


def has_ended(fleet: Fleet, where: Ref) -> bool:
    found = fleet.kube.get(where)
    return found is not None and found["status"]["phase"] in ("Cancelled", "Failed")
