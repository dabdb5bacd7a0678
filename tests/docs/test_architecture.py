"""ARCHITECTURE.md shows steps, phases, kinds, packages and decisions as the code has them."""

import re
from typing import Any

import pytest

from controller.core import diagram
from controller.core.catalogue import STEPS
from controller.core.lifecycle import Cancel, Converge, Hold, Start, decide
from provisioning.crd import KINDS
from provisioning.procedure import ProcedureKind, ProcedurePhase
from provisioning.tenant import AppliedSpec
from tests.docs.documents import ROOT
from tests.support import samples

TEXT = diagram.FILE.read_text()
PACKAGES = ("controller", "provisioning", "release")


def test_the_drawing_is_current() -> None:
    assert diagram.differences() == "", "run: make generate"


def test_every_kind_and_step_is_in_the_drawing() -> None:
    drawing = diagram.render()
    for kind, steps in STEPS.items():
        assert f"subgraph {kind.value}\n" in drawing
        for step in steps:
            assert f"| `{step.name}` | {step.title} |" in drawing


def test_a_document_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks the marks"):
        diagram.insert("# Nothing here\n", "drawing")


def test_every_kind_of_resource_is_explained() -> None:
    for kind in KINDS:
        assert f"\n| {kind.KIND} | " in TEXT


def test_every_phase_of_a_procedure_is_in_the_state_diagram() -> None:
    states = set(re.findall(r"--> (\w+)", TEXT.split("stateDiagram-v2")[1].split("```")[0]))
    assert states == {phase.value for phase in ProcedurePhase}


def test_every_package_is_on_the_map() -> None:
    packages = {path.parent for top in PACKAGES for path in (ROOT / top).glob("*/__init__.py")}
    missing = [path for path in packages if str(path.relative_to(ROOT)) not in TEXT]
    assert not missing


APPLIED = AppliedSpec.of(samples.tenant_spec())


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"applied": False}, ProcedureKind.CREATE),
        ({"suspended": True}, ProcedureKind.SUSPEND),
        ({"plan": "medium"}, ProcedureKind.SET_PLAN),
        ({"storage": "20Gi"}, ProcedureKind.SET_PLAN),
        ({"display_name": "Other"}, ProcedureKind.RENAME),
        ({"hostnames": ("other.shops.localhost",)}, ProcedureKind.RENAME),
        ({"bundles": ("ecommerce", "storeNetwork")}, ProcedureKind.ADD_BUNDLES),
        ({"applied": APPLIED.model_copy(update={"network": "0123"})}, ProcedureKind.SET_STORES),
        ({"deleting": True}, ProcedureKind.DELETE),
    ],
)
def test_a_difference_starts_what_the_table_says(change: dict[str, Any], kind: ProcedureKind) -> None:
    before = samples.tenant().status.applied
    assert before is not None
    tenant = samples.tenant(**{"applied": before, **change})
    decision = decide(tenant, [])
    assert isinstance(decision, Start)
    assert decision.kind is kind
    assert f"`{kind.value}`" in TEXT


def test_the_other_rows_of_the_table() -> None:
    before = samples.tenant().status.applied
    assert before is not None
    refused = decide(samples.tenant(applied=before, release="15.0"), [])
    assert isinstance(refused, Hold)
    assert refused.failed
    assert isinstance(decide(samples.tenant(), []), Converge)
    running = samples.procedure(ProcedureKind.SUSPEND, phase=ProcedurePhase.RUNNING)
    assert isinstance(decide(samples.tenant(deleting=True), [running]), Cancel)
