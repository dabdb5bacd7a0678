"""What apply-stores reads, and what it has done."""

from pathlib import Path

import pytest

from provisioning.network import NETWORK_PARAMETER
from tests.unit.release.images.loading import stores

outcome, apply = stores("outcome"), stores("apply")


def test_what_was_done_is_counted_by_model() -> None:
    report = [
        {"action": "create", "model": "stock.warehouse", "name": "Lyon"},
        {"action": "create", "model": "stock.warehouse", "name": "Nice"},
        {"action": "change", "model": "pos.config", "name": "Lyon 1"},
        {"action": "leave", "model": "stock.warehouse", "name": "WH"},
    ]
    assert outcome.counted(report) == {"made": {"stock.warehouse": 2}, "changed": 1, "left": 1}


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"digest": "1", "network": 7}'])
def test_anything_else_is_refused(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "network.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(outcome.InputError, match="STORES_FILE must name a JSON file"):
        outcome.read(str(file))


def test_the_operator_knows_where_the_digest_is() -> None:
    assert apply.NETWORK_PARAMETER == NETWORK_PARAMETER
