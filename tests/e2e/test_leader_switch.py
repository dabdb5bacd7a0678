"""The platform's database gets another leader while a till sells and a back office is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from controller.core.ports import Ref
from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.platform.objects import selector
from provisioning.platform.postgres_config import LEADER, NAME, ROLE_LABEL, SCOPE
from tests.e2e.cashier import Cashier
from tests.e2e.conftest import DatabaseLogin, Fleet, Shop, database_password
from tests.e2e.test_changes import eventually
from tests.e2e.test_sessions import ready
from tests.support import assortment
from tests.support.odoo import OdooError, OdooSession

# Requests that are answered one after the other, by more than there are workers: one may refuse for longer.
IN_A_ROW = 20

SET = Ref("apps/v1", "StatefulSet", NAME, SYSTEM_NAMESPACE)


@dataclass(frozen=True)
class Members:
    """The database's pods."""

    fleet: Fleet

    def leader(self) -> str | None:
        """Its pod's name; None while nobody leads."""
        return self._only(LEADER)

    def standby(self) -> str | None:
        """Name of the pod that has all the leader has: no other one may take over."""
        sync = self.fleet.kube.get(Ref("v1", "ConfigMap", f"{SCOPE}-sync", SYSTEM_NAMESPACE)) or {}
        named = sync.get("metadata", {}).get("annotations", {}).get("sync_standby")
        return named if named and named == self._only("replica") else None

    def _only(self, role: str) -> str | None:
        """The one ready pod with this role."""
        found = [
            pod["metadata"]["name"] for pod in self._pods() if pod["metadata"]["labels"].get(ROLE_LABEL) == role
        ]
        return found[0] if len(found) == 1 else None

    def _pods(self) -> list[Manifest]:
        pods = self.fleet.kube.list("v1", "Pod", SYSTEM_NAMESPACE, selector(NAME))
        return [pod for pod in pods if ready(pod) and "deletionTimestamp" not in pod["metadata"]]

    def scale(self, number: int) -> None:
        self.fleet.kube.patch(SET, {"spec": {"replicas": number}})


@pytest.fixture
def two_members(fleet: Fleet, northlight: Shop, database_login: DatabaseLogin) -> Iterator[Members]:
    """A standby beside the leader; in the end the first member leads alone again."""
    members = Members(fleet)
    members.scale(2)
    try:
        eventually(lambda: None not in (members.leader(), members.standby()), 600, "a standby follows the leader")
        yield members
    finally:
        # The highest number goes first, and hands over to who has everything.
        first = f"{NAME}-0"
        eventually(lambda: first in (members.leader(), members.standby()), 300, "the first member has everything")
        members.scale(1)
        eventually(lambda: members.leader() == first, 300, "the first member leads again")
        fleet.kube.delete(Ref("v1", "PersistentVolumeClaim", f"data-{NAME}-1", SYSTEM_NAMESPACE))
        # The proxy hears of a leader later than we do.
        account = (northlight.database, database_password(northlight), northlight.database)
        eventually(
            lambda: database_login(*account) is None, 300, "the database's address leads to the first member"
        )


def test_nobody_is_logged_out_and_no_sale_is_lost(fleet: Fleet, northlight: Shop, two_members: Members) -> None:
    office, seller = northlight.session(), northlight.session()
    lights = seller.call("pos.category", "create", {"name": "Lights"})
    lamp = assortment.draft(seller, "Lamp", 20.0, available_in_pos=True, pos_categ_id=lights)
    assortment.approve(seller, northlight.approver(), lamp)
    cookies = [dict(each.http.cookies) for each in (office, seller)]
    cashier = Cashier(northlight, seller, lamp)
    try:
        eventually(lambda: bool(cashier.sold), 180, "the till sells")
        led = two_members.leader()
        assert led is not None
        fleet.kube.delete(Ref("v1", "Pod", led, SYSTEM_NAMESPACE))
        eventually(lambda: two_members.leader() not in (None, led), 300, "the standby leads")
        sold = len(cashier.sold)
        eventually(lambda: len(cashier.sold) > sold, 300, "the till sells on")
        eventually(lambda: works(office), 300, "the back office goes on")
    finally:
        cashier.end()
    eventually(cashier.send_again, 300, "what was kept goes through")
    eventually(lambda: all(works(office) for _ in range(IN_A_ROW)), 300, "every worker has the database again")
    assert [dict(each.http.cookies) for each in (office, seller)] == cookies
    receipts = office.call("pos.order", "read", cashier.sold, ["pos_reference"])
    assert len({each["pos_reference"] for each in receipts}) == len(cashier.sold) == len(set(cashier.sold))
    cashier.till.close()


def works(office: OdooSession) -> bool:
    try:
        return bool(office.call("res.users", "search_count", []))
    except (httpx.HTTPError, OdooError):
        return False
