"""A carrier in the cluster that can be told to behave badly, and a tenant that tells it of orders."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from controller.core.ports import Ref
from provisioning.meta import Manifest
from provisioning.objects import pods
from tests.e2e.conftest import REPOSITORY, DatabaseLogin, Fleet, Shop, database_password
from tests.support.eventually import eventually
from tests.support.odoo import ADMINISTRATOR, OdooSession

NAME = "stub-carrier"
FOLDER = "/carrier"
CARRIER_PORT, CONTROL_PORT = 8080, 8081
SOURCES = (
    REPOSITORY / "addons_baseline/14.0/retail_connector/tests/stub_carrier.py",
    Path(__file__).with_name("carrier_pod.py"),
)


@dataclass(frozen=True)
class Carrier:
    address: str

    @property
    def url(self) -> str:
        return f"http://{self.address}:{CARRIER_PORT}"

    @property
    def _control(self) -> str:
        return f"http://{self.address}:{CONTROL_PORT}/"

    def calls(self) -> list[dict[str, str]]:
        """Key, caller's address and body of every call, in their order."""
        found: list[dict[str, str]] = httpx.get(self._control, timeout=60).json()
        return found

    def script(self, *behaviours: str) -> None:
        """What the next calls meet, by the names of stub_carrier's functions."""
        httpx.put(self._control, json=behaviours, timeout=60).raise_for_status()


@contextmanager
def carrier_in(fleet: Fleet, shop: Shop) -> Iterator[Carrier]:
    """A carrier in a namespace of its own, in the image that the shop runs, which has Python."""
    web = fleet.kube.get(Ref("apps/v1", "Deployment", "web", shop.namespace))
    assert web is not None
    image = web["spec"]["template"]["spec"]["containers"][0]["image"]
    manifests = list(_manifests(image, shop))
    for manifest in manifests:
        # The controllers make a namespace's service account, without which there is no pod, a moment after it.
        eventually(partial(fleet.kube.apply, manifest))
    try:
        yield _running(fleet)
    finally:
        for manifest in reversed(manifests):
            fleet.kube.delete(Ref.of(manifest))


def _manifests(image: str, shop: Shop) -> Iterator[Manifest]:
    here = {"name": NAME, "namespace": NAME}
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAME}}
    sources = {path.name: path.read_text() for path in SOURCES}
    yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": here, "data": sources}
    container = pods.container(
        "carrier", image, ["python3", f"{FOLDER}/carrier_pod.py", str(CARRIER_PORT), str(CONTROL_PORT)],
        volumeMounts=[{"name": "sources", "mountPath": FOLDER, "readOnly": True}],
    )  # fmt: skip
    spec = pods.pod_spec(
        [container], [{"name": "sources", "configMap": {"name": NAME}}], service_account="default"
    )
    yield {"apiVersion": "v1", "kind": "Pod", "metadata": here, "spec": spec}
    # For the tenant, the carrier is somewhere outside. Only the cron pod may call it.
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": NAME}}}
    yield {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": NAME, "namespace": shop.namespace},
        "spec": {
            "podSelector": {"matchLabels": {"shopfleet.dev/component": "cron"}},
            "policyTypes": ["Egress"],
            "egress": [{"to": [peer]}],
        },
    }


def _running(fleet: Fleet) -> Carrier:
    found: list[Carrier] = []

    def answers() -> bool:
        pod = fleet.kube.get(Ref("v1", "Pod", NAME, NAME))
        address = (pod or {}).get("status", {}).get("podIP")
        if address:
            carrier = Carrier(address)
            try:
                carrier.calls()
            except httpx.TransportError:
                return False
            found.append(carrier)
        return bool(found)

    eventually(answers, timeout=300)
    return found[0]


@contextmanager
def told_of_orders(shop: Shop, carrier: Carrier, login: DatabaseLogin) -> Iterator[OdooSession]:
    """The administrator's session, while the carrier is somebody who is told of confirmed orders."""
    odoo = shop.session()
    policy = _id_of(odoo, "retail_base.group_policy")
    odoo.call("res.users", "write", [ADMINISTRATOR], {"groups_id": [(4, policy)]})
    event = _id_of(odoo, "retail_connector_sale.event_sale_order_confirmed")
    # Of an earlier run on the same cluster, too, there may be one.
    code = f"{NAME}-{carrier.address}"
    values = {"name": "Parcels", "code": code, "kind": "carrier", "url": "https://parcels.example", "timeout": 60}
    endpoint = odoo.call("retail.connector.endpoint", "create", {**values, "event_ids": [(6, 0, [event])]})
    # The form takes addresses with a certificate only; the stub has none that anybody believes.
    with login.connection(shop.database, database_password(shop), shop.database) as connection:
        connection.execute("UPDATE retail_connector_endpoint SET url = %s WHERE id = %s", [carrier.url, endpoint])
    try:
        yield odoo
    finally:
        odoo.call("retail.connector.endpoint", "write", [endpoint], {"active": False})


def _id_of(odoo: OdooSession, name: str) -> int:
    module, _, local = name.partition(".")
    (found,) = odoo.call(
        "ir.model.data", "search_read", [("module", "=", module), ("name", "=", local)], ["res_id"]
    )
    return int(found["res_id"])


def confirm_an_order(odoo: OdooSession) -> int:
    """Its id. Without products, because this is not about whether one may be sold."""
    customer = odoo.call("res.partner", "create", {"name": "Ana"})
    note = {"display_type": "line_note", "name": "as discussed"}
    order = odoo.call("sale.order", "create", {"partner_id": customer, "order_line": [(0, 0, note)]})
    odoo.call("sale.order", "action_confirm", [order])
    return int(order)
