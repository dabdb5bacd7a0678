"""The API server goes away in the middle of things and comes back: what is said, and that nothing is lost."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3

from controller.adapters.clock import SystemClock
from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from controller.adapters.kube_connection import Call, Connection
from controller.adapters.postgres_session import Target
from controller.core import catalogue as step
from controller.core.ports import Ref
from controller.errors import ExitCode, ShopfleetError, UnavailableError
from controller.services.passwords import renew_password
from controller.services.steps.step import Action, Done, Later, Nothing, Outcome, Work
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import API_VERSION
from provisioning.platform import people
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase, StepPhase
from provisioning.tenant import Tenant
from tests.support.certificates import Authority, KeyPair
from tests.support.eventually import eventually
from tests.support.parts import Parts, parts, phase_of
from tests.support.restored import restored_logs
from tests.support.servers.apiserver import serving
from tests.support.servers.person import binding, credentials

__all__ = ["restored_logs"]

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("restored_logs")]

REPOSITORY = Path(__file__).resolve().parents[2]
NAME = "rua"


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """One of its own, as it goes away."""
    with serving(tmp_path_factory.mktemp("away")) as found:
        yield found


@pytest.fixture(scope="module")
def engineer(plane: ControlPlane) -> Path:
    """The kubeconfig of a person who has rights because somebody granted them, unlike the administrator."""
    admin, kubeconfig = connect(plane.kubeconfig, effects=Unfenced()), credentials(plane, "emil")
    for manifest in (*people.manifests(), binding("emil", people.ENGINEER, None)):
        admin.apply(manifest)
    eventually(lambda: connect(kubeconfig, effects=Unfenced()).list(API_VERSION, Tenant.KIND) == [])
    return kubeconfig


class Shop:
    """What the steps of a creation would make: a password, and pages once the test says so."""

    def __init__(self) -> None:
        self.serves = False

    def actions(self) -> dict[str, Action]:
        made = {each.name: lambda _: Done() for each in step.STEPS[ProcedureKind.CREATE]}
        own = {step.PERSONALISE.name: self._password, step.SERVE.name: self._serve}
        return {name: Action(do, Nothing("it makes nothing")) for name, do in {**made, **own}.items()}

    def _password(self, work: Work) -> Outcome:
        renew_password(work.outside.kube, work.tenant)
        return Done()

    def _serve(self, _: Work) -> Outcome:
        return Done() if self.serves else Later("no web pod is ready yet")


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def cluster(plane: ControlPlane, shop: Shop, tmp_path: Path) -> Iterator[Parts]:
    nobody = Target("localhost", 9, "nobody", "nothing", ca_file=plane.folder / "pki" / "ca.crt")
    with parts(plane, "away", tmp_path, nobody, actions=shop.actions()) as found:
        yield found


def exists(cluster: Parts) -> bool:
    return cluster.kube.get(Ref(API_VERSION, Tenant.KIND, NAME, cluster.namespace)) is not None


def serving_is_awaited(procedure: Procedure) -> bool:
    return phase_of(procedure, "serve") is StepPhase.RUNNING


def test_a_creation_is_followed_to_its_end_across_a_restart(
    cluster: Parts, plane: ControlPlane, engineer: Path, shop: Shop, tmp_path: Path
) -> None:
    words = ["--kubeconfig", str(engineer), "--partner", cluster.partner, "--output", "json"]
    said = tmp_path / "said"
    with said.open("w") as err:
        creating = subprocess.Popen(
            [sys.executable, "-m", "controller.cli", *words, *cluster.creation(NAME)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=err,
            text=True,
        )
    eventually(lambda: exists(cluster))
    cluster.work(NAME, serving_is_awaited)
    eventually(lambda: "✓ open" in said.read_text())
    with plane.away():
        eventually(lambda: "no answer, trying again" in said.read_text())
    shop.serves = True
    procedure = cluster.work(NAME)
    out, _ = creating.communicate(timeout=300)
    assert creating.returncode == ExitCode.OK, said.read_text()
    result = json.loads(out)
    assert result["procedure"] == procedure.metadata.name
    assert result["password"]
    assert len(cluster.resources.procedures_of(cluster.tenant(NAME))) == 1


def test_a_restart_is_no_lack_of_rights(plane: ControlPlane, engineer: Path) -> None:
    """For a moment an API server knows nobody's rights; whoever believes it gives up for good."""
    kube, told, over = connect(engineer, effects=Unfenced()), list[ShopfleetError](), threading.Event()

    def look() -> None:
        while not over.is_set():
            try:
                kube.list(API_VERSION, Tenant.KIND)
            except ShopfleetError as error:
                told.append(error)
                over.wait(0.01)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        with plane.away():
            eventually(lambda: told)
        eventually(lambda: kube.list(API_VERSION, Tenant.KIND) == [])
        over.wait(1)
    finally:
        over.set()
        looking.join()
    assert not [error.message for error in told if not isinstance(error, UnavailableError)]


def test_who_has_waited_long_enough_is_told_how_to_go_on(
    cluster: Parts, plane: ControlPlane, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("controller.services.following.NO_ANSWER_SECONDS", 2.0)
    sleep = SystemClock.sleep
    with ExitStack() as outage:

        def begin(clock: SystemClock, seconds: float) -> None:
            monkeypatch.setattr(SystemClock, "sleep", sleep)
            cluster.work(NAME, serving_is_awaited)
            outage.enter_context(plane.away())

        monkeypatch.setattr(SystemClock, "sleep", begin)
        done = cluster.cli(*cluster.creation(NAME))
    assert done.exit_code == ExitCode.UNREACHABLE
    error, hint = done.stderr.strip().splitlines()[-2:]
    assert "no answer for 2 s" in error
    assert "is not lost" in error
    assert f"shopfleet procedure list --tenant {NAME}" in hint
    shop.serves = True
    assert cluster.work(NAME).status.phase is ProcedurePhase.SUCCEEDED
    assert json.loads(cluster.ok("--output", "json", "tenant", "password", NAME, "--first").stdout)["password"]


@pytest.mark.parametrize("arrived", [False, True], ids=["on the way there", "on the way back"])
def test_a_request_without_an_answer_says_how_to_find_out(
    cluster: Parts, plane: ControlPlane, monkeypatch: pytest.MonkeyPatch, *, arrived: bool
) -> None:
    send = Connection._request
    with ExitStack() as outage:

        def lose(connection: Connection, call: Call, read_timeout: float | None) -> Any:
            if (call.verb, call.resource) != ("create", "tenants"):
                return send(connection, call, read_timeout)
            monkeypatch.setattr(Connection, "_request", send)
            if arrived:
                send(connection, call, read_timeout)
            outage.enter_context(plane.away())
            if arrived:
                raise urllib3.exceptions.ProtocolError("Connection aborted.")
            return send(connection, call, read_timeout)

        monkeypatch.setattr(Connection, "_request", lose)
        done = cluster.cli(*cluster.creation(NAME), "--no-wait")
    assert done.exit_code == ExitCode.UNREACHABLE
    error, hint = done.stderr.strip().splitlines()[-2:]
    assert f"Cannot create Tenant {cluster.namespace}/{NAME}" in error
    assert "may have been done" in error
    assert f"shopfleet tenant show {NAME}" in hint
    assert exists(cluster) is arrived
    again = cluster.cli(*cluster.creation(NAME), "--no-wait")
    assert again.exit_code == (ExitCode.CONFLICT if arrived else ExitCode.OK)
    assert cluster.tenant(NAME).metadata.generation == 1


def test_an_expired_certificate_of_the_server_is_named(
    cluster: Parts, plane: ControlPlane, tmp_path: Path
) -> None:
    keys = plane.folder / "pki"
    authority = Authority(tmp_path, of=KeyPair(keys / "ca.crt", keys / "ca.key"))
    expired = authority.issue("expired", "127.0.0.1", valid=timedelta(days=-1))
    shown = [keys / "apiserver.key", keys / "apiserver.crt"]
    kept = [file.read_bytes() for file in shown]
    for file, other in zip(shown, (expired.key, expired.certificate), strict=True):
        file.write_bytes(other.read_bytes())
    try:
        eventually(lambda: cluster.cli("tenant", "list").exit_code == ExitCode.UNREACHABLE)
        error, hint = cluster.cli("tenant", "list").stderr.strip().splitlines()
        assert f"{plane.url} cannot be reached, its certificate has expired" in error
        assert str(plane.kubeconfig) in hint
        assert "shopfleet local up" in hint
        (finding,) = json.loads(cluster.cli("--output", "json", "doctor").stdout)
        assert "its certificate has expired" in finding["what"]
        assert finding["next"] == hint.removeprefix("  → ")
    finally:
        for file, content in zip(shown, kept, strict=True):
            file.write_bytes(content)
    eventually(lambda: cluster.cli("tenant", "list").exit_code == ExitCode.OK)
