"""Looking at tenants, procedures and the audit log, in every format."""

import json

import pytest
import yaml

from controller.cli.completion import procedure_names, tenant_names
from controller.cli.failures import hoist
from controller.core.ports import Ref
from controller.errors import ExitCode, UnavailableError
from provisioning.meta import API_VERSION
from tests.unit.cli.world import NAMESPACE, World


def test_list_in_three_formats(shop: World) -> None:
    assert "northlight" in shop.run("tenant", "list").stdout
    rows = json.loads(shop.run("tenant", "list", "-o", "json").stdout)
    assert rows[0]["url"] == "https://northlight.shops.localhost"
    assert yaml.safe_load(shop.run("tenant", "list", "--output=yaml").stdout) == rows


def test_no_tenant_is_an_empty_list_for_programs_and_a_hint_for_people(world: World) -> None:
    assert world.json("tenant", "list") == []
    result = world.run("tenant", "list")
    assert result.stdout == ""
    assert "tenant create" in result.stderr


def test_show_names_everything_of_a_tenant(shop: World) -> None:
    shown = shop.json("tenant", "show", "northlight")
    assert shown["namespace"] == f"sf-{shown['id']}"
    assert shown["procedures"][0]["kind"] == "Create"
    assert "northlight-create-" in shop.run("tenant", "show", "northlight").stdout


def test_open_prints_the_address(shop: World) -> None:
    assert shop.run("tenant", "open", "northlight").stdout == "https://northlight.shops.localhost\n"


def test_procedures_with_steps_and_outputs(shop: World) -> None:
    listed = shop.json("procedure", "list", "--tenant", "northlight")
    shown = shop.json("procedure", "show", listed[0]["name"])
    assert shown["steps"][0]["name"] == "validate"
    assert shown["phase"] == "Succeeded"
    assert shop.json("procedure", "list", "--open") == []


def test_cancel_asks_the_operator_to_stop(world: World) -> None:
    world.run("tenant", "create", "rua", "--country", "PT", "--plan", "small", "--no-wait")
    for _ in range(3):
        world.operator()
    name = world.json("procedure", "list")[0]["name"]
    result = world.run("procedure", "cancel", name, "--yes", "--reason", "wrong country")
    assert result.exit_code == ExitCode.OK
    stored = world.kube.get(Ref(API_VERSION, "Procedure", name, NAMESPACE))
    assert stored is not None
    assert stored["spec"]["cancel"] is True
    assert world.audit()[-1]["action"] == "procedure.cancel"


@pytest.mark.parametrize("verb", ["cancel", "retry"])
def test_a_request_that_failed_is_recorded_as_failed(world: World, verb: str) -> None:
    if verb == "retry":
        world.operator.failing["validate"] = "no plan"
    world.run("tenant", "create", "rua", "--country", "PT", "--plan", "small", "--no-wait")
    for _ in range(3):
        world.operator()
    name = world.kube.objects("Procedure")[0]["metadata"]["name"]
    world.kube.faults.fail("patch", UnavailableError("no answer"))
    words = ("--yes",) if verb == "cancel" else ("--no-wait",)
    result = world.run("procedure", verb, name, "--force", "fire", *words)
    assert result.exit_code == ExitCode.UNREACHABLE
    assert [record["result"] for record in world.audit()[-2:]] == [
        f"requested: {name}, forced: fire",
        f"failed: {name}: no answer; it may have been done before the answer was lost.",
    ]


def test_what_is_over_cannot_be_cancelled_or_retried(shop: World) -> None:
    name = shop.json("procedure", "list")[0]["name"]
    for verb in ("cancel", "retry"):
        result = shop.run("procedure", verb, name, *(["--yes"] if verb == "cancel" else []))
        assert result.exit_code == ExitCode.CONFLICT
    assert shop.changes() == []


def test_retry_goes_on_to_the_end(world: World) -> None:
    world.operator.failing["database"] = "no room"
    assert world.run("tenant", "create", "rua", "--country", "PT", "--plan", "small").exit_code == ExitCode.FAILED
    name = world.json("procedure", "list")[0]["name"]
    world.operator.failing.clear()
    result = world.run("procedure", "retry", name, "--force", "it is fine")
    assert result.exit_code == ExitCode.OK, result.output
    stored = world.kube.get(Ref(API_VERSION, "Procedure", name, NAMESPACE))
    assert stored is not None
    assert (stored["spec"]["retries"], stored["spec"]["parameters"]["force"]) == (1, "it is fine")
    assert "target" in stored["spec"]["parameters"], "what it brings about stays"


def test_audit_by_tenant_person_and_time(shop: World) -> None:
    shop.clock.advance(7200)
    shop.run("tenant", "suspend", "northlight", "--yes", "--on-behalf-of", "owner@example.com")
    assert [each["action"] for each in shop.json("audit")] == ["tenant.suspend", "tenant.create"]
    assert len(shop.json("audit", "--since", "1h")) == 1
    assert len(shop.json("audit", "--who", "owner@example.com")) == 1
    assert shop.json("audit", "--tenant", "other") == []
    assert len(shop.json("audit", "--limit", "1")) == 1


def test_audit_with_a_wrong_duration(shop: World) -> None:
    result = shop.run("audit", "--since", "yesterday")
    assert result.exit_code == ExitCode.USAGE
    assert "30m, 12h or 7d" in result.stderr


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["tenant", "list", "-o", "json"], ["-o", "json", "tenant", "list"]),
        (["tenant", "show", "x", "--output=yaml"], ["--output=yaml", "tenant", "show", "x"]),
        (["tenant", "create", "--partner", "p", "x"], ["--partner", "p", "tenant", "create", "x"]),
        (["a", "--", "--partner", "p"], ["a", "--", "--partner", "p"]),
        (["a", "--output"], ["--output", "a"]),
    ],
)
def test_global_options_at_any_place(given: list[str], expected: list[str]) -> None:
    assert hoist(given) == expected


class Context:
    """As much of a typer context as completion looks at."""

    def __init__(self, world: World) -> None:
        self.obj = world
        self.params: dict[str, str] = {}

    def find_root(self) -> "Context":
        return self


def test_completion_offers_names_and_never_fails(shop: World) -> None:
    context = Context(shop)
    assert tenant_names(context, "nor") == ["northlight"]  # type: ignore[arg-type]
    assert tenant_names(context, "x") == []  # type: ignore[arg-type]
    assert procedure_names(context, "northlight-create")  # type: ignore[arg-type]
    shop.kube.faults.fail("list", UnavailableError("away"))
    assert tenant_names(context, "nor") == []  # type: ignore[arg-type]


def test_traceback_only_when_asked_for(shop: World) -> None:
    plain = shop.run("tenant", "show", "nobody")
    assert "Traceback" not in plain.output
    verbose = shop.run("--verbose", "tenant", "show", "nobody")
    assert verbose.exit_code == ExitCode.NOT_FOUND
    assert "Traceback" in verbose.stderr


def test_a_defect_keeps_its_traceback(shop: World) -> None:
    shop.kube.faults.fail("list", ZeroDivisionError("a defect"))
    with pytest.raises(ZeroDivisionError):
        shop.run("tenant", "list", "-A")


def test_the_build_of_a_template_is_found_though_it_belongs_to_nobody(world: World) -> None:
    spec = {"kind": "BuildTemplate", "tenant": "template-a", "requestedBy": "x", "requestId": "r"}
    metadata = {"name": "template-a-default", "namespace": "shopfleet-system"}
    stored = {"apiVersion": API_VERSION, "kind": "Procedure", "metadata": metadata, "spec": spec}
    world.kube.seed({**stored, "status": {"phase": "Failed", "message": "no image"}})
    assert world.json("procedure", "show", "template-a-default")["message"] == "no image"
    assert world.run("procedure", "retry", "template-a-default", "--no-wait").exit_code == ExitCode.OK
