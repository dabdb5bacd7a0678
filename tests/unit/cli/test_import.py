"""`tenant import`: what is sent into the shop, and what people and programs are told of it."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from controller.core.ports import Ref
from controller.errors import ExitCode, UnavailableError
from provisioning.meta import API_VERSION
from tests.unit.cli.world import World

END: dict[str, Any] = {
    "event": "end",
    "state": "waiting",
    "run": "Import of today",
    "summary": "products: New 2",
    "refused": 0,
    "failed": 0,
    "waitsFor": ["Retail / Approves imports"],
    "requester": "admin",
}
LINES = [
    {"event": "line", "file": "products", "line": 2, "key": "A", "verdict": "created", "message": ""},
    {
        "event": "line",
        "file": "products",
        "line": 3,
        "key": "B",
        "verdict": "refused",
        "message": "Enter a vendor.",
    },
]


def answers(*said: dict[str, Any]) -> list[str]:
    """With a line that a library of the shop wrote in between."""
    progress = {"event": "progress", "phase": "check", "done": 1, "of": 2}
    return ["DeprecationWarning: something", json.dumps(progress), *map(json.dumps, said)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "products.csv").write_text("code;name;category\nA;Lamp;Home\n")
    (tmp_path / "README.md").write_text("not sent")
    return tmp_path


def with_modules(world: World, *modules: str) -> None:
    """The release has just these."""
    release = world.kube.get(Ref(API_VERSION, "Release", "14.0"))
    assert release is not None
    world.kube.seed({**release, "spec": {**release["spec"], "modules": list(modules)}})


@pytest.fixture
def open_shop(shop: World) -> World:
    names = shop.tenant("northlight").names
    labels = {"shopfleet.dev/tenant-id": names.id, "shopfleet.dev/component": "cron"}
    metadata = {"name": "cron-1", "namespace": names.namespace, "labels": labels}
    shop.kube.seed({"apiVersion": "v1", "kind": "Pod", "metadata": metadata})
    with_modules(shop, "sale", "retail_import")
    shop.streams.answers = answers(LINES[0], END)
    return shop


def test_a_tenant_of_a_release_without_imports_is_told_so(open_shop: World, folder: Path) -> None:
    """Such as one of before the upgrade: nothing in its image would answer."""
    with_modules(open_shop, "sale")
    refused = open_shop.run("tenant", "import", "northlight", str(folder))
    assert refused.exit_code == ExitCode.CONFLICT
    assert "is on release 14.0, which has no imports" in refused.stderr
    assert open_shop.streams.commands == []


def test_the_files_are_sent_to_the_process_that_serves_nobody(open_shop: World, folder: Path) -> None:
    words = ("--as", "ines", "--without-refused", "--reason", "opening", "--on-behalf-of", "Ana")
    result = open_shop.run("tenant", "import", "northlight", str(folder), *words)
    assert result.exit_code == 0, result.output
    names = open_shop.tenant("northlight").names
    place = (names.namespace, "cron-1", "cron")
    assert open_shop.streams.commands == [(*place, "odoo-tenant", "retailimport")]
    head, _, content = open_shop.streams.sent[0].partition(b"\n")
    assert json.loads(head) == {
        "size": len(content),
        "dryRun": False,
        "withoutRefused": True,
        "login": "ines",
        "onBehalfOf": "Ana",
    }
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["products.csv"]
        assert archive.read("products.csv") == (folder / "products.csv").read_bytes()
    record = open_shop.audit()[-1]
    assert (record["action"], record["reason"]) == ("tenant.import", "opening")
    assert "waits for somebody of Retail / Approves imports other than admin" in result.stdout


def test_a_log_gets_a_line_for_each_tenth(open_shop: World, folder: Path) -> None:
    steps = [{"event": "progress", "phase": "apply", "done": done, "of": 1000} for done in range(0, 1001, 20)]
    open_shop.streams.answers = [*map(json.dumps, steps), *answers({**END, "state": "done"})[2:]]
    said = open_shop.run("tenant", "import", "northlight", str(folder)).stderr.splitlines()
    assert [line for line in said if line.startswith("applying")] == [
        f"applying: {done} of 1000 lines" for done in range(0, 1001, 100)
    ]


def test_a_dry_run_says_so_in_the_audit_log_and_to_the_shop(open_shop: World, folder: Path) -> None:
    open_shop.streams.answers = answers(LINES[0], {**END, "state": "checked"})
    result = open_shop.run("tenant", "import", "northlight", str(folder), "--dry-run")
    assert "checked; nothing was kept" in result.stdout
    assert json.loads(open_shop.streams.sent[0].partition(b"\n")[0])["dryRun"] is True
    assert open_shop.audit()[-1]["action"] == "tenant.import.check"


def test_refused_lines_are_shown_and_all_are_in_the_report(open_shop: World, folder: Path, tmp_path: Path) -> None:
    open_shop.streams.answers = answers(*LINES, {**END, "state": "refused", "refused": 1})
    report = tmp_path / "report.txt"
    result = open_shop.run("tenant", "import", "northlight", str(folder), "--report", str(report))
    assert result.exit_code == ExitCode.USAGE
    assert "Enter a vendor." in result.stdout
    assert "1 lines are refused, so nothing was changed" in result.stderr
    assert "--without-refused" in result.stderr
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows[1:] == [
        ["products", "2", "A", "created", ""],
        ["products", "3", "B", "refused", "Enter a vendor."],
    ]


def test_many_refused_lines_are_counted(open_shop: World, folder: Path) -> None:
    many = [{**LINES[1], "line": number, "key": f"K{number}"} for number in range(2, 33)]
    open_shop.streams.answers = answers(*many, {**END, "state": "refused", "refused": 31})
    said = open_shop.run("tenant", "import", "northlight", str(folder)).stdout
    assert "K21" in said
    assert "K22" not in said
    assert "and 11 more; see all: --report FILE" in said


def test_programs_get_everything(open_shop: World, folder: Path) -> None:
    open_shop.streams.answers = answers(LINES[0], {**END, "state": "done", "waitsFor": []})
    found = open_shop.json("tenant", "import", "northlight", str(folder))
    assert (found["state"], found["lines"][0]["key"]) == ("done", "A")


def test_what_failed_only_in_the_end_is_a_failure(open_shop: World, folder: Path) -> None:
    open_shop.streams.answers = answers(LINES[1], {**END, "state": "done", "failed": 1})
    result = open_shop.run("tenant", "import", "northlight", str(folder))
    assert result.exit_code == ExitCode.FAILED
    assert "1 lines could not be applied" in result.stderr


def test_the_shops_own_refusal_is_told(open_shop: World, folder: Path) -> None:
    open_shop.streams.answers = answers({"event": "end", "error": "ines is not in the group Runs imports."})
    result = open_shop.run("tenant", "import", "northlight", str(folder), "--as", "ines")
    assert result.exit_code == ExitCode.REFUSED
    assert "not in the group Runs imports" in result.stderr


def test_a_rejected_import_is_no_success(open_shop: World, folder: Path) -> None:
    open_shop.streams.answers = answers({**END, "state": "rejected"})
    result = open_shop.run("tenant", "import", "northlight", str(folder))
    assert result.exit_code == ExitCode.FAILED
    assert "was rejected in the shop" in result.stderr


@pytest.mark.parametrize("broken", [UnavailableError("The connection to Pod broke"), None])
def test_after_a_broken_connection_the_same_command_goes_on(
    open_shop: World, folder: Path, broken: Exception | None
) -> None:
    open_shop.streams.answers, open_shop.streams.breaks = answers(LINES[0]), broken
    result = open_shop.run("tenant", "import", "northlight", str(folder))
    assert result.exit_code == (ExitCode.UNREACHABLE if broken else ExitCode.FAILED)
    assert "run the same command again" in result.stderr


def test_a_suspended_tenant_is_refused_with_what_to_do(open_shop: World, folder: Path) -> None:
    open_shop.run("tenant", "suspend", "northlight", "--yes")
    result = open_shop.run("tenant", "import", "northlight", str(folder))
    assert result.exit_code == ExitCode.CONFLICT
    assert "shopfleet tenant resume northlight" in result.stderr
    assert open_shop.streams.sent == []


def test_a_tenant_that_is_being_made_or_changed_is_left_alone(
    world: World, open_shop: World, folder: Path
) -> None:
    lock = {"holder": "p-1", "reason": "SetPlan by ana", "since": "2026-11-25T00:00:00Z"}
    target = open_shop.kube.objects("Tenant")[0]["metadata"]
    open_shop.kube.patch_status(
        Ref("shopfleet.dev/v1alpha1", "Tenant", target["name"], target["namespace"]), {"lock": lock}
    )
    result = open_shop.run("tenant", "import", "northlight", str(folder))
    assert result.exit_code == ExitCode.CONFLICT
    assert "SetPlan by ana" in result.stderr
    world.run("tenant", "create", "rua", "--country", "PT", "--plan", "small", "--no-wait")
    result = world.run("tenant", "import", "rua", str(folder))
    assert result.exit_code == ExitCode.CONFLICT
    assert "still being made" in result.stderr


def test_wrong_folders_are_told_before_anything_is_sent(open_shop: World, folder: Path, tmp_path: Path) -> None:
    (folder / "prodcts.csv").write_text("x")
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, said in (
        (folder, "prodcts.csv is not known"),
        (empty, "has no CSV files"),
        (tmp_path / "x", "cannot be read"),
    ):
        result = open_shop.run("tenant", "import", "northlight", str(path))
        assert result.exit_code == ExitCode.USAGE
        assert said in result.stderr
    assert open_shop.streams.sent == []


def test_too_much_is_refused(open_shop: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.core.importing.LARGEST", 10)
    result = open_shop.run("tenant", "import", "northlight", str(folder))
    assert result.exit_code == ExitCode.USAGE
    assert "is the most" in result.stderr
