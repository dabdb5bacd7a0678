"""The command line against a real API server with our definitions; no operator, so nothing is waited for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from controller.adapters.effects import Unfenced
from controller.adapters.kube import KubeAdapter, connect
from controller.cli.app import app
from controller.core.lifecycle import procedure_name
from controller.core.ports import Ref
from controller.errors import ConflictError, ExitCode
from controller.services.requests import heard
from controller.services.resources import Resources
from provisioning import defaults
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import API_VERSION, FINALIZER
from provisioning.procedure import ProcedureKind
from provisioning.tenant import Tenant
from tests.support.eventually import eventually
from tests.support.restored import restored_logs
from tests.support.samples import release

__all__ = ["restored_logs"]

pytestmark = pytest.mark.integration

NAMESPACE = "partner-default"
RUA = Ref(API_VERSION, "Tenant", "rua", NAMESPACE)


class Shell:
    """`shopfleet` with the API server's kubeconfig."""

    def __init__(self, plane: ControlPlane) -> None:
        self.plane = plane
        self.kube: KubeAdapter = connect(plane.kubeconfig, effects=Unfenced())

    def run(self, *words: str, kubeconfig: Path | None = None) -> Result:
        chosen = str(kubeconfig or self.plane.kubeconfig)
        return CliRunner().invoke(app, ["--kubeconfig", chosen, *words], catch_exceptions=False)

    def ok(self, *words: str) -> Result:
        result = self.run(*words)
        assert result.exit_code == ExitCode.OK, result.output
        return result

    def json(self, *words: str) -> Any:
        return json.loads(self.ok("--output", "json", *words).stdout)

    def tenant(self) -> Tenant:
        return Resources(self.kube).need(Tenant, "rua", NAMESPACE)


@pytest.fixture
def shell(api_server: ControlPlane) -> Iterator[Shell]:
    """A partner, plans, a server and a release, and the tenant `rua` of the first day."""
    found = Shell(api_server)
    found.kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    for resource in (defaults.partner(), defaults.database_server(), release()):
        found.kube.apply(resource.manifest())
    for plan in defaults.plans():
        found.kube.apply(plan.manifest())
    found.ok("tenant", "create", "rua", "--country", "FR", "--language", "fr_FR", "--plan", "small", "--no-wait")
    yield found
    if found.kube.get(RUA) is not None:
        found.kube.patch(RUA, {"metadata": {"finalizers": None}})
    found.kube.delete(RUA)
    eventually(lambda: found.kube.get(RUA) is None)


def settle(shell: Shell) -> None:
    """As if the operator had made the tenant."""
    applied = shell.tenant().spec
    wire = {
        "displayName": applied.display_name, "hostnames": list(applied.hostnames), "plan": applied.plan,
        "release": applied.release, "suspended": False,
    }  # fmt: skip
    shell.kube.patch_status(RUA, {"applied": wire, "phase": "Ready"})


def test_a_new_tenant_has_its_id_and_the_first_generation(shell: Shell) -> None:
    tenant = shell.tenant()
    assert tenant.spec.id is not None
    assert tenant.metadata.generation == 1
    assert procedure_name(tenant, ProcedureKind.CREATE).endswith("-1")
    assert shell.json("tenant", "list")[0]["name"] == "rua"


def test_the_audit_log_names_who_the_api_server_saw(shell: Shell) -> None:
    (record, *_) = shell.json("audit", "--tenant", "rua")
    assert record["action"] == "tenant.create"
    assert record["who"] == shell.kube.user()


def test_annotations_of_one_request_end_with_the_next(shell: Shell) -> None:
    settle(shell)
    words = ("tenant", "suspend", "rua", "--yes", "--no-wait")
    shell.ok(*words, "--force", "fire", "--reason", "x", "--on-behalf-of", "somebody")
    forced = shell.tenant()
    assert forced.metadata.generation == 2
    request = heard(forced, ProcedureKind.SUSPEND, procedure_name(forced, ProcedureKind.SUSPEND))
    assert request is not None
    assert request.force == "fire"
    shell.ok("tenant", "resume", "rua", "--no-wait")
    left = set(shell.tenant().metadata.annotations)
    assert not left & {"shopfleet.dev/force", "shopfleet.dev/reason", "shopfleet.dev/on-behalf-of"}


def test_a_change_that_somebody_else_overtook_is_a_conflict(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(shell)
    send = KubeAdapter.patch

    def overtaken(self: KubeAdapter, ref: Ref, patch: Any) -> Any:
        monkeypatch.setattr(KubeAdapter, "patch", send)
        self.patch(ref, {"spec": {"ring": "early"}})
        return self.patch(ref, patch)

    monkeypatch.setattr(KubeAdapter, "patch", overtaken)
    result = shell.run("tenant", "set-plan", "rua", "medium", "--yes", "--no-wait")
    assert result.exit_code == ExitCode.CONFLICT
    assert shell.tenant().spec.plan == "small"


def test_the_deletion_counts_as_a_generation_of_its_own(shell: Shell) -> None:
    shell.kube.patch(RUA, {"metadata": {"finalizers": [FINALIZER]}})
    shell.ok("tenant", "delete", "rua", "--confirm", "rua", "--purge", "--no-wait")
    tenant = shell.tenant()
    assert tenant.metadata.deletion_timestamp is not None
    assert tenant.metadata.generation == 2
    request = heard(tenant, ProcedureKind.DELETE, procedure_name(tenant, ProcedureKind.DELETE))
    assert request is not None
    assert request.purge
    again = shell.run("tenant", "create", "rua", "--country", "FR", "--plan", "small")
    assert again.exit_code == ExitCode.CONFLICT
    assert "still being deleted" in again.stderr


def test_what_the_schema_refuses_is_refused_before_anything_is_sent(shell: Shell) -> None:
    result = shell.run("tenant", "rename", "rua", "--hostname", "NOT A NAME", "--yes")
    assert result.exit_code == ExitCode.CONFLICT, "it is still being made"
    settle(shell)
    result = shell.run("tenant", "rename", "rua", "--hostname", "NOT A NAME", "--yes")
    assert result.exit_code == ExitCode.USAGE
    assert "spec.hostnames[0]" in result.stderr
    assert shell.tenant().metadata.generation == 1


def test_a_request_is_meant_for_the_generation_that_it_makes(shell: Shell) -> None:
    created = shell.tenant()
    assert heard(created, ProcedureKind.CREATE, procedure_name(created, ProcedureKind.CREATE)) is not None
    settle(shell)
    shell.ok("tenant", "suspend", "rua", "--yes", "--no-wait", "--force", "fire")
    shell.kube.patch(RUA, {"spec": {"ring": "early"}})
    later = shell.tenant()
    assert later.metadata.generation == 3
    assert heard(later, ProcedureKind.SUSPEND, procedure_name(later, ProcedureKind.SUSPEND)) is None


def test_one_name_is_taken_once(shell: Shell) -> None:
    with pytest.raises(ConflictError):
        shell.kube.create(shell.tenant().manifest())
    result = shell.run("tenant", "create", "rua", "--country", "FR", "--plan", "small")
    assert result.exit_code == ExitCode.CONFLICT


def test_a_new_password_is_an_errand(shell: Shell) -> None:
    settle(shell)
    shell.ok("tenant", "password", "rua", "--yes", "--no-wait")
    (procedure, *_) = shell.json("procedure", "list", "--tenant", "rua")
    assert procedure["kind"] == "RotatePassword"
    shell.ok("procedure", "cancel", procedure["name"], "--yes")
    assert shell.json("procedure", "show", procedure["name"])["phase"] == "Queued"


def test_doctor_of_a_cluster_without_parts(shell: Shell) -> None:
    result = shell.run("--output", "json", "doctor")
    assert result.exit_code == ExitCode.FAILED
    found = {each["check"]: each for each in json.loads(result.stdout)}
    assert found["cluster"]["level"] == "ok"
    assert found["definitions"]["level"] == "ok"
    assert found["operator"]["what"] == "no operator has ever led"


def test_another_authority_is_one_sentence(shell: Shell, tmp_path: Path) -> None:
    text = shell.plane.kubeconfig.read_text()
    wrong = tmp_path / "wrong"
    wrong.write_text(text.replace(shell.plane.url, "https://127.0.0.1:1"))
    result = shell.run("tenant", "list", kubeconfig=wrong)
    assert result.exit_code == ExitCode.UNREACHABLE
    assert result.stderr.startswith("Error: ")
    assert "→" in result.stderr


@pytest.mark.parametrize("words", [("install", "--dry-run"), ("install", "--yes"), ("fleet", "status")])
def test_every_command_says_by_its_exit_code_that_nothing_answers(
    shell: Shell, tmp_path: Path, words: tuple[str, ...]
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text(shell.plane.kubeconfig.read_text().replace(shell.plane.url, "https://127.0.0.1:1"))
    result = shell.run(*words, kubeconfig=wrong)
    assert result.exit_code == ExitCode.UNREACHABLE, result.output
    assert "https://127.0.0.1:1" in result.stderr
