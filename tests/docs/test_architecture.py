"""ARCHITECTURE.md shows the steps as the catalogue has them."""

import pytest

from controller.core import diagram
from controller.core.catalogue import STEPS
from provisioning.crd import KINDS


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
    text = diagram.FILE.read_text()
    for kind in KINDS:
        assert f"\n| {kind.KIND} | " in text
