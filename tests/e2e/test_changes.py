"""Changes to a live tenant: each keeps its data, and each is seen by the shop."""

import base64
import hashlib
import io
import json
import re
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from controller.core.ports import Ref
from controller.errors import ShopfleetError
from provisioning.meta import API_VERSION, Manifest
from tests.e2e.conftest import NAMESPACE, Fleet, Shop
from tests.support.odoo import OdooError, OdooSession
from tests.support.stored import StoredObjects

# A file of the shop, larger than what might be kept elsewhere.
LOOKBOOK = b"summer " * 20_000


def eventually(check: Callable[[], bool], seconds: float, what: str, every: float = 0.5) -> None:
    """Wait until it holds; fails with `what` otherwise. `every` is the pause between two looks, in seconds."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if check():
                return
            why = ""
        except ShopfleetError as error:
            # A busy API server is asked again.
            why = f" ({error})"
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:.0f} s: {what}{why}")
        time.sleep(every)


def test_suspend_and_resume_keep_the_data(fleet: Fleet, atelier_rua: Shop) -> None:
    mark = atelier_rua.session().call("res.partner", "create", {"name": "kept over the winter"})
    fleet.run("tenant", "suspend", "atelier-rua", "--yes", "--reason", "winter break")
    eventually(
        lambda: fleet.tenant("atelier-rua")["status"]["phase"] == "Suspended", 180, "its status says so too"
    )
    assert fleet.kube.list("v1", "Pod", atelier_rua.namespace, {"shopfleet.dev/component": "web"}) == []
    # Until the gateway knows, it may still try the pods that are gone.
    eventually(lambda: fleet.page(atelier_rua.hostname) >= 500, 180, "the gateway says that nobody is there")
    fleet.run("tenant", "resume", "atelier-rua", "--yes")
    name = atelier_rua.session().call("res.partner", "read", [mark], ["name"])[0]["name"]
    assert name == "kept over the winter"


def test_rename_redirects_the_old_hostname(fleet: Fleet, atelier_rua: Shop) -> None:
    new = "rua.shops.localhost"
    fleet.run("tenant", "rename", "atelier-rua", "--hostname", new, "--display-name", "Rua", "--yes")
    try:
        eventually(lambda: fleet.page(new) == 200, 180, "the new hostname is served")
        old = OdooSession(atelier_rua.hostname, fleet.gateway)
        eventually(lambda: old.get("/web/login?x=1").status_code in (301, 308), 180, "the old hostname leads on")
        assert old.get("/web/login?x=1").headers["location"].startswith(f"https://{new}/web/login")
        assert fleet.tenant("atelier-rua")["spec"]["id"] == atelier_rua.id
    finally:
        fleet.run("tenant", "rename", "atelier-rua", "--hostname", atelier_rua.hostname, "--yes")


@contextmanager
def shopper(fleet: Fleet, shop: Shop) -> Iterator[list[int]]:
    """Somebody who asks for a page several times a second for the length of the block; the answers' codes."""
    answers: list[int] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.2):
            # Slow is not away.
            answers.append(fleet.page(shop.hostname, timeout=60))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield answers
    finally:
        stop.set()
        thread.join()


def assert_all_answered(answers: list[int]) -> None:
    failed = [code for code in answers if code != 200]
    assert answers
    assert not failed, f"{len(failed)} of {len(answers)} requests failed during the change"


def roomier(fleet: Fleet, name: str) -> str:
    """A plan of this name that is larger than the smallest."""
    small = fleet.kube.get(Ref(API_VERSION, "Plan", "small"))
    assert small is not None
    spec = {**small["spec"], "workers": 3, "storage": "6Gi", "connections": 60}
    fleet.kube.apply({"apiVersion": API_VERSION, "kind": "Plan", "metadata": {"name": name}, "spec": spec})
    return name


def test_a_larger_plan_takes_effect_without_an_outage(fleet: Fleet, atelier_rua: Shop) -> None:
    plan = roomier(fleet, "roomier")
    with shopper(fleet, atelier_rua) as answers:
        fleet.run("tenant", "set-plan", "atelier-rua", plan, "--yes")
    assert fleet.tenant("atelier-rua")["status"]["applied"]["plan"] == plan
    volume = fleet.kube.get(Ref("v1", "PersistentVolumeClaim", "files", atelier_rua.namespace))
    assert volume is not None
    assert volume["spec"]["resources"]["requests"]["storage"] == "6Gi"
    assert_all_answered(answers)


@pytest.mark.deep
def test_a_change_of_plan_is_taken_back_without_an_outage(fleet: Fleet, northlight: Shop) -> None:
    before = fleet.tenant("northlight")["status"]["applied"]
    large = fleet.kube.get(Ref(API_VERSION, "Plan", before["plan"]))
    assert large is not None
    spec = {**large["spec"], "workers": large["spec"]["workers"] + 1, "connections": 200}
    fleet.kube.apply({"apiVersion": API_VERSION, "kind": "Plan", "metadata": {"name": "regretted"}, "spec": spec})
    with shopper(fleet, northlight) as answers:
        fleet.run("tenant", "set-plan", "northlight", "regretted", "--yes", "--no-wait")
        (name,) = [each["name"] for each in running(fleet, "northlight")]
        # Both routes are there, and customers are led to the new one.
        eventually(lambda: step_is(fleet, name, "turn", "Done"), 180, "customers are led to the new route", 0.1)
        fleet.run("procedure", "cancel", name, "--yes", "--force", "a test", "--reason", "taken back")
        eventually(lambda: not running(fleet, "northlight"), 300, "the change is taken back")
        time.sleep(5)  # What a gateway notices late, it notices within seconds.
    fleet.run("tenant", "set-plan", "northlight", before["plan"], "--yes")
    assert fleet.tenant("northlight")["status"]["applied"] == before
    assert_all_answered(answers)


def running(fleet: Fleet, tenant: str) -> list[dict[str, str]]:
    rows = fleet.json("procedure", "list", "--tenant", tenant)
    return [each for each in rows if each["phase"] not in ("Succeeded", "Failed", "Cancelled")]


def step_is(fleet: Fleet, procedure: str, step: str, phase: str) -> bool:
    found = fleet.kube.get(Ref(API_VERSION, "Procedure", procedure, NAMESPACE))
    steps = (found or {}).get("status", {}).get("steps", [])
    return any(each["name"] == step and each["phase"] == phase for each in steps)


def test_a_plan_with_less_storage_is_refused_and_changes_nothing(fleet: Fleet, northlight: Shop) -> None:
    before = fleet.tenant("northlight")["spec"]
    done = fleet.run("tenant", "set-plan", northlight.name, "small", "--yes", check=False)
    assert done.returncode != 0
    assert "storage" in done.stderr + done.stdout
    assert fleet.tenant("northlight")["spec"] == before


def test_a_rotated_password_replaces_the_old_one(fleet: Fleet, atelier_rua: Shop) -> None:
    shown = fleet.json("tenant", "password", "atelier-rua", "--yes")["password"]
    assert shown != atelier_rua.password
    OdooSession(atelier_rua.hostname, fleet.gateway).login(atelier_rua.database, "admin", shown)
    old = atelier_rua.password
    atelier_rua.password = shown
    with pytest.raises(OdooError, match="Access Denied"):
        OdooSession(atelier_rua.hostname, fleet.gateway).login(atelier_rua.database, "admin", old)


def test_a_staging_clone_is_neutral_and_separate(fleet: Fleet, atelier_rua: Shop) -> None:
    source = atelier_rua.session()
    mark = source.call("res.partner", "create", {"name": "seen in the clone"})
    datas = base64.b64encode(LOOKBOOK).decode()
    file = source.call("ir.attachment", "create", {"name": "lookbook.txt", "datas": datas})
    made = fleet.json(
        "tenant", "clone", "atelier-rua", "rua-staging", "--hostname", "rua-staging.shops.localhost", "--yes",
        timeout=600,
    )  # fmt: skip
    clone = fleet.tenant("rua-staging")
    assert clone["spec"]["environment"] == "staging"
    shop = Shop("rua-staging", clone["spec"]["id"], "rua-staging.shops.localhost", made["password"], fleet)
    odoo = shop.session()
    assert odoo.call("res.partner", "read", [mark], ["name"])[0]["name"] == "seen in the clone"
    assert base64.b64decode(odoo.call("ir.attachment", "read", [file], ["datas"])[0]["datas"]) == LOOKBOOK
    neutral = odoo.call("ir.config_parameter", "get_param", "database.is_neutralized")
    assert neutral == "true"
    odoo.call("res.partner", "write", [mark], {"name": "changed in the clone"})
    assert atelier_rua.session().call("res.partner", "read", [mark], ["name"])[0]["name"] == "seen in the clone"


def test_deleting_needs_the_name_and_keeps_a_backup(fleet: Fleet, tmp_path: Path) -> None:
    if fleet.kube.get(Ref("shopfleet.dev/v1alpha1", "Tenant", "rua-staging", NAMESPACE)) is None:
        pytest.skip("the clone of the test before does not exist")
    tenant = fleet.tenant("rua-staging")
    refused = fleet.run("tenant", "delete", "rua-staging", "--confirm", "something-else", check=False)
    assert refused.returncode != 0
    assert fleet.tenant("rua-staging")["metadata"].get("deletionTimestamp") is None
    done = fleet.run("tenant", "delete", "rua-staging", "--confirm", "rua-staging", timeout=600)
    found = re.search(rf"s3://\S+/tenants/{tenant['spec']['id']}/final/\S+/", done.stdout)
    assert found, done.stdout
    namespace = f"sf-{tenant['spec']['id']}"
    eventually(lambda: fleet.kube.get(Ref("v1", "Namespace", namespace)) is None, 300, "the namespace is gone")
    assert fleet.kube.get(Ref("shopfleet.dev/v1alpha1", "Tenant", "rua-staging", NAMESPACE)) is None
    check_final_backup(StoredObjects(fleet.kube, fleet.gateway.ca_file), found.group(), tenant, tmp_path)


def check_final_backup(store: StoredObjects, place: str, tenant: Manifest, folder: Path) -> None:
    """The dump can be read and holds what was written, the files are an archive, the spec is the tenant's."""
    dump = folder / "database.dump"
    dump.write_bytes(store.get(f"{place}database.dump"))
    command = ["pg_restore", "--file=-", "--data-only", "--table=res_partner", str(dump)]
    partners = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "changed in the clone" in partners
    # Odoo names a file by what it holds.
    name = hashlib.sha1(LOOKBOOK).hexdigest()  # noqa: S324 no secret, a name
    with tarfile.open(fileobj=io.BytesIO(store.get(f"{place}files.tar"))) as archive:
        kept = archive.extractfile(f"{name[:2]}/{name}")
        assert kept is not None
        assert kept.read() == LOOKBOOK
    assert json.loads(store.get(f"{place}tenant.json"))["spec"] == tenant["spec"]


def test_every_change_is_in_the_audit_log(fleet: Fleet, atelier_rua: Shop) -> None:
    records = fleet.json("audit", "--tenant", "atelier-rua")
    actions = {record["action"] for record in records}
    assert {"procedure.Create", "procedure.Suspend", "procedure.Resume"} <= actions
    suspended = next(record for record in records if record["action"] == "procedure.Suspend")
    assert suspended["reason"] == "winter break"
    assert suspended["who"]
