"""`local demo`: it says that the shops are up only when their pages answer, whether they are new or were there."""

import re
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from controller.cli import installing, local
from controller.core.ports import Ref
from controller.errors import ExitCode
from controller.services.opening import STANDSTILL_SECONDS
from provisioning.installer.platform import Plan
from provisioning.local.paths import ClusterPaths
from provisioning.local.spec import cluster_spec
from provisioning.meta import API_VERSION, Manifest
from provisioning.platform.settings import InstallSettings
from tests.docs.documents import ROOT
from tests.support.typed_command import complaint
from tests.unit.cli.world import NAMESPACE, PASSWORD, World

PAGE = "/web/login"
NORTHLIGHT, ATELIER_RUA = "northlight.shops.localhost", "atelier-rua.shops.localhost"


@pytest.fixture
def demo(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A local cluster that is up at once, and pages that answer at once."""
    paths = ClusterPaths(tmp_path / "demo")
    found = SimpleNamespace(spec=cluster_spec("demo"), paths=paths, kubeconfig=paths.kubeconfig)
    monkeypatch.setattr(world, "local", lambda name: found)
    monkeypatch.setattr(local, "bring_up", lambda state, cluster: None)
    for hostname in (NORTHLIGHT, ATELIER_RUA):
        world.pages.answer(hostname, PAGE, 200)
    return world


@pytest.fixture
def again(demo: World) -> World:
    """The same with both retailers there from an earlier run."""
    assert demo.run("local", "demo").exit_code == ExitCode.OK
    return demo


def tenant(name: str) -> Ref:
    return Ref(API_VERSION, "Tenant", name, NAMESPACE)


def only_procedure(world: World, name: str) -> str:
    return str(next(each["name"] for each in world.json("procedure", "list") if each["tenant"] == name))


def test_it_ends_with_addresses_passwords_and_what_to_try(demo: World) -> None:
    result = demo.run("local", "demo")
    assert result.exit_code == ExitCode.OK, result.output
    for text in (
        f"https://{NORTHLIGHT}",
        f"https://{ATELIER_RUA}",
        PASSWORD,
        "demo/ca.crt",
        "its 25 stores are set up, with warehouses",
        "its 2 stores are set up, with warehouses",
        "shopfleet tenant clone northlight",
        "shopfleet tenant import northlight examples/northlight-data --dry-run",
        "shopfleet tenant set-stores northlight -f examples/northlight.yaml --dry-run",
    ):
        assert text in result.stdout


def test_every_command_that_it_suggests_can_be_typed(again: World) -> None:
    """Of two that were there, one of them suspended: then it suggests most."""
    again.run("tenant", "suspend", "atelier-rua", "--yes")
    result = again.run("local", "demo")
    suggested = re.findall(r"\bshopfleet ([^\n]+)", result.stdout)
    assert len(suggested) > 8
    complaints = {line: complaint(tuple(shlex.split(line)), whole=True) for line in suggested}
    assert complaints == dict.fromkeys(suggested)
    for file in re.findall(r"\bexamples/\S+", result.stdout):
        assert (ROOT / file).exists()


def test_it_is_safe_to_repeat(again: World) -> None:
    result = again.run("local", "demo")
    assert result.exit_code == ExitCode.OK, result.output
    assert PASSWORD not in result.stdout
    assert "shopfleet tenant password northlight" in result.stdout


def test_it_waits_until_the_pages_of_shops_that_start_answer(again: World) -> None:
    again.pages.answer(NORTHLIGHT, PAGE, 503, 503, 200)
    result = again.run("local", "demo")
    assert result.exit_code == ExitCode.OK, result.output
    assert "Up in 2 s" in result.stdout
    assert f"https://{NORTHLIGHT}{PAGE} answers 503 (Ready)" in result.stderr


def test_a_page_that_never_answers_is_an_error(again: World) -> None:
    again.pages.answer(ATELIER_RUA, PAGE, 503)
    begun = again.clock.monotonic()
    result = again.run("local", "demo")
    assert result.exit_code == ExitCode.TIMED_OUT
    assert "Up in" not in result.stdout
    assert "atelier-rua is not open" in result.stderr
    assert "shopfleet tenant show atelier-rua" in result.stderr
    assert again.clock.monotonic() - begun < STANDSTILL_SECONDS + 10


def test_it_follows_a_procedure_that_is_at_work(again: World) -> None:
    again.run("tenant", "set-plan", "northlight", "large", "--yes", "--no-wait")
    again.clock.sleep(1)
    result = again.run("local", "demo")
    assert result.exit_code == ExitCode.OK, result.output
    assert "✓ roll-out" in result.stderr


def test_a_shop_that_could_not_be_made_says_how_to_try_again(again: World) -> None:
    name = only_procedure(again, "northlight")
    status: Manifest = {"phase": "Failed", "message": "no room"}
    again.kube.set_status(Ref(API_VERSION, "Procedure", name, NAMESPACE), status)
    again.kube.set_status(tenant("northlight"), {**status, "applied": None})
    again.clock.meanwhile.clear()
    result = again.run("local", "demo")
    assert result.exit_code == ExitCode.FAILED
    assert f"{name} failed: no room" in result.stderr
    assert f"shopfleet procedure retry {name}" in result.stderr
    assert "Up in" not in result.stdout


def test_a_suspended_shop_is_not_waited_for_but_named(again: World) -> None:
    again.run("tenant", "suspend", "atelier-rua", "--yes")
    again.pages.answer(ATELIER_RUA, PAGE, 503)
    result = again.run("local", "demo")
    assert result.exit_code == ExitCode.OK, result.output
    assert "suspended; open it: shopfleet tenant resume atelier-rua" in result.stdout


def test_a_shop_that_is_being_deleted_is_not_waited_for(again: World) -> None:
    again.clock.meanwhile.clear()
    again.kube.delete(tenant("northlight"))
    result = again.run("local", "demo")
    assert result.exit_code == ExitCode.CONFLICT
    assert "northlight is being deleted" in result.stderr


def test_the_demo_goes_into_the_kubeconfigs_cluster_as_a_file_says(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: list[InstallSettings] = []

    def plan(_cluster: Any, settings: InstallSettings, _index: Path, _assets: Path) -> Any:
        given.append(settings)
        return Plan((), "PEM", ("Volumes are of files.",))

    monkeypatch.setenv("SHOPFLEET_CACHE", str(tmp_path))
    monkeypatch.setattr(installing, "connect", lambda kubeconfig, context: None)
    monkeypatch.setattr(installing, "plan_installation", plan)
    monkeypatch.setattr(installing, "install", lambda cluster, planned, view: None)
    world.kube.patch(Ref(API_VERSION, "Partner", "default"), {"spec": {"domains": ["shops.example.com"]}})
    file = tmp_path / "settings.yaml"
    file.write_text("storage: {className: files}\ngateway: {domain: shops.example.com}\n")
    result = world.run("local", "demo", "--cluster", "current", "--settings", str(file))
    assert result.exit_code == ExitCode.OK, result.output
    assert (given[0].storage.class_name, given[0].gateway.domain) == ("files", "shops.example.com")
    assert "Volumes are of files." in result.stderr
    assert "https://northlight.shops.example.com" in result.stdout
    assert "--resolve northlight.shops.example.com:443:ADDRESS" in result.stdout
