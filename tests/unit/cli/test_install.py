"""`install`: what a person sees and answers, with the installer itself replaced."""

from pathlib import Path
from typing import Any

import pytest

from controller.cli import installing
from controller.errors import ExitCode
from provisioning.installer.errors import DeniedError, InstallError, UnknownKindError, UnreachableError
from provisioning.installer.platform import Plan
from provisioning.installer.progress import Listener, Progress, State
from provisioning.platform.install import Stage
from provisioning.platform.inventory import Listed, Removal
from tests.unit.cli.world import World

STAGE = Stage("database", [{"kind": "StatefulSet", "metadata": {"name": "postgres"}}], needs=frozenset({"dns"}))
FORMER = Removal(Listed(api_version="apps/v1", kind="Deployment", namespace="here", name="former"), "1")


class Installer:
    """Plays provisioning.installer."""

    def __init__(self) -> None:
        self.settings: Any = None
        self.installed = 0
        self.error: InstallError | None = None
        self.stages = (STAGE,)

    def plan(self, _cluster: Any, settings: Any, _index: Path, _assets: Path) -> Any:
        self.settings = settings
        return Plan(self.stages, "PEM", ("Volumes are of files.",))

    def install(self, _cluster: Any, _planned: Any, listener: Listener) -> None:
        if self.error is not None:
            raise self.error
        self.installed += 1
        listener(Progress("database", State.READY, "", 4.2))


@pytest.fixture
def installer(monkeypatch: pytest.MonkeyPatch) -> Installer:
    found = Installer()
    monkeypatch.setattr(installing, "connect", lambda kubeconfig, context: None)
    monkeypatch.setattr(installing, "plan_installation", found.plan)
    monkeypatch.setattr(installing, "install", found.install)
    return found


def test_dry_run_lists_stages_and_objects(world: World, installer: Installer) -> None:
    (stage,) = world.json("install", "--dry-run")
    objects = ["StatefulSet postgres"]
    assert stage == {"stage": "database", "after": ["dns"], "objects": objects, "removes": []}
    assert installer.installed == 0


def test_what_would_be_removed_is_shown_before_anybody_says_yes_and_told_when_it_is_gone(
    world: World, installer: Installer
) -> None:
    installer.stages = (STAGE, Stage("obsolete", [], removals=(FORMER,)))
    asked = world.run("install", answer="n\n")
    assert "removes Deployment here/former" in asked.stdout
    assert installer.installed == 0
    done = world.run("install", "--yes")
    assert "Removed, as this version does not have it: Deployment here/former" in done.stderr
    assert world.audit()[0]["result"] == "done; removed Deployment here/former"


def test_it_shows_the_plan_and_asks(world: World, installer: Installer) -> None:
    result = world.run("install", answer="n\n")
    assert result.exit_code == ExitCode.USAGE
    assert "Install this into https://cluster?" in result.stderr
    assert installer.installed == 0


def test_what_was_chosen_is_said_also_to_programs(world: World, installer: Installer) -> None:
    result = world.run("--output", "json", "install", "--dry-run")
    assert "Volumes are of files." in result.stderr


def test_each_stage_and_the_audit_log(world: World, installer: Installer) -> None:
    result = world.run("install", "--yes", "--domain", "shops.example.com")
    assert result.exit_code == ExitCode.OK, result.output
    assert "✓ database (4.2 s)" in result.stderr
    assert installer.settings.gateway.domain == "shops.example.com"
    assert not installer.settings.has("dns")
    assert (world.audit()[0]["action"], world.audit()[0]["result"]) == ("platform.install", "done")


def test_a_stage_that_fails_is_one_sentence_and_recorded(world: World, installer: Installer) -> None:
    installer.error = InstallError("Stage 'database' cannot finish: no volume.", hint="Make room.")
    result = world.run("install", "--yes")
    assert result.exit_code == ExitCode.FAILED
    assert "no volume" in result.stderr
    assert world.audit()[0]["result"].startswith("failed: Stage 'database'")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnreachableError("The cluster gave no answer."), ExitCode.UNREACHABLE),
        (DeniedError("Cannot apply Namespace x: forbidden"), ExitCode.REFUSED),
        (UnknownKindError("Cannot apply Thing x: the cluster does not know it."), ExitCode.REFUSED),
    ],
    ids=lambda value: type(value).__name__,
)
def test_it_ends_with_the_documented_code(
    world: World, installer: Installer, error: InstallError, code: ExitCode
) -> None:
    installer.error = error
    result = world.run("install", "--yes")
    assert (result.exit_code, error.message in result.stderr) == (code, True)


@pytest.mark.parametrize("content", ["- another file", "["])
def test_a_file_that_is_no_kubeconfig_is_wrong_input(world: World, tmp_path: Path, content: str) -> None:
    world.kubeconfig = tmp_path / "kubeconfig"
    world.kubeconfig.write_text(content)
    result = world.run("install", "--dry-run")
    assert result.exit_code == ExitCode.USAGE, result.output
    assert "The kubeconfig cannot be used" in result.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("gateway: {domain: nodots}", "settings.gateway.domain"),
        ("database: {members: 9}", "settings.database.members"),
        ("colour: red", "settings.colour"),
        ("[", "is not YAML"),
        ("- a", "holds no settings"),
    ],
)
def test_wrong_settings_name_the_field(
    world: World, installer: Installer, tmp_path: Path, content: str, says: str
) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(content)
    result = world.run("install", "--settings", str(path), "--yes")
    assert result.exit_code == ExitCode.USAGE
    assert says in result.stderr
    assert installer.installed == 0
