"""What the operator reads of a Job's program."""

import json
from pathlib import Path

import pytest

from provisioning.objects.jobs import REFUSED_CODES
from tests.unit.release.images.loading import shared

result = shared("result")


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    message = tmp_path / "termination-log"
    message.touch()
    monkeypatch.setattr(result, "TERMINATION_MESSAGE", message)
    return message


def test_what_was_done_is_the_message_of_the_container(said: Path) -> None:
    assert result.done({"changed": 1}) == 0
    assert json.loads(said.read_text()) == {"changed": 1}


def test_a_long_list_of_what_is_wrong_is_still_json(said: Path) -> None:
    assert result.failed(result.REFUSED, "- Store é: no.\n" * 1000) == result.REFUSED
    assert len(said.read_bytes()) <= 4096
    assert json.loads(said.read_text())["error"].endswith(" …")


def test_the_operator_knows_which_ends_are_final() -> None:
    assert result.WRONG in REFUSED_CODES
    assert result.REFUSED in REFUSED_CODES
    assert result.FAILED not in REFUSED_CODES
