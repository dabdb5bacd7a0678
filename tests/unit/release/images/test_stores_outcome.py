"""What apply-stores reads, and what the operator reads of it."""

import json
from pathlib import Path

import pytest

from provisioning.network import NETWORK_PARAMETER
from provisioning.objects.jobs import REFUSED_CODES
from tests.unit.release.images.loading import stores

outcome, apply = stores("outcome"), stores("apply")


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    message = tmp_path / "termination-log"
    message.touch()
    monkeypatch.setattr(outcome, "TERMINATION_MESSAGE", message)
    return message


def test_what_was_done_is_counted_by_model(said: Path) -> None:
    report = [
        {"action": "create", "model": "stock.warehouse", "name": "Lyon"},
        {"action": "create", "model": "stock.warehouse", "name": "Nice"},
        {"action": "change", "model": "pos.config", "name": "Lyon 1"},
        {"action": "leave", "model": "stock.warehouse", "name": "WH"},
    ]
    assert outcome.done(report) == 0
    assert json.loads(said.read_text()) == {"made": {"stock.warehouse": 2}, "changed": 1, "left": 1}


def test_a_long_list_of_what_is_wrong_is_still_json(said: Path) -> None:
    assert outcome.failed(outcome.REFUSED, "- Store é: no.\n" * 1000) == outcome.REFUSED
    assert len(said.read_bytes()) <= 4096
    assert json.loads(said.read_text())["error"].endswith(" …")


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"digest": "1", "network": 7}'])
def test_anything_else_is_refused(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "network.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(outcome.InputError, match="STORES_FILE must name a JSON file"):
        outcome.read(str(file))


def test_the_operator_knows_which_ends_are_final_and_where_the_digest_is() -> None:
    assert outcome.WRONG in REFUSED_CODES
    assert outcome.REFUSED in REFUSED_CODES
    assert outcome.FAILED not in REFUSED_CODES
    assert apply.NETWORK_PARAMETER == NETWORK_PARAMETER
