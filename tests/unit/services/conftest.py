"""Services are tested in memory, and at speed."""

import pytest

from controller.services.steps import password as steps_password
from provisioning import personalise
from tests.support.quiet import quiet_logs

__all__ = ["quiet_logs"]


@pytest.fixture(autouse=True)
def cheap_password_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real one takes as long as all the rest of a procedure: that is what it is for."""
    monkeypatch.setattr(personalise, "odoo_password_hash", lambda password, *_: f"hash of {password}")
    monkeypatch.setattr(steps_password, "accepts", lambda hashed, password: hashed == f"hash of {password}")
