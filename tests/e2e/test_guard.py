"""A shop that sells is not disturbed until somebody says why."""

import re
from collections.abc import Iterator

import pytest

from controller.errors import ExitCode
from tests.e2e.conftest import Fleet, Shop
from tests.e2e.test_changes import eventually
from tests.e2e.test_sessions import restarts, web_pods
from tests.support.odoo import Till

NAME = "atelier-rua"


@pytest.fixture
def till(fleet: Fleet, atelier_rua: Shop) -> Iterator[Till]:
    """A till that is open; it is closed afterwards, and the shop runs."""
    till = Till(atelier_rua.session())
    yield till
    if fleet.tenant(NAME)["spec"].get("suspended"):
        fleet.run("tenant", "resume", NAME, "--yes", "--timeout", "120", check=False)
    till.close()
    assert till.state == "closed"


def test_an_open_till_holds_up_a_suspension_until_it_is_forced(
    fleet: Fleet, atelier_rua: Shop, till: Till
) -> None:
    def running() -> list[tuple[str, int]]:
        return [(pod["metadata"]["uid"], restarts(pod)) for pod in web_pods(fleet, atelier_rua)]

    before = running()
    refused = fleet.run("tenant", "suspend", NAME, "--yes", "--reason", "stocktaking", check=False)
    assert refused.returncode == ExitCode.FAILED
    assert "1 till is open; close the point-of-sale sessions first" in refused.stderr
    (procedure,) = re.findall(r"→ .*shopfleet procedure retry (\S+)", refused.stderr)
    eventually(lambda: procedure in fleet.tenant(NAME)["status"]["message"], 180, "its status says so too")
    assert running() == before
    assert till.is_open, till.state

    fleet.run("procedure", "retry", procedure, "--force", "water in the shop")
    eventually(lambda: fleet.tenant(NAME)["status"]["phase"] == "Suspended", 300, "the tenant is suspended")
    assert running() == []
    results = [each["result"] for each in fleet.json("audit", "--tenant", NAME)]
    assert any(each.startswith("requested") and "forced: water in the shop" in each for each in results)
    assert "forced: quiesce: water in the shop (although 1 till is open)" in results

    fleet.run("tenant", "resume", NAME, "--yes")
    assert till.is_open, till.state
