"""The wheels of the lock, as they go into the image."""

from release.addons.__main__ import audit_tree
from release.addons.wanted import wanted
from tests.support.third_party import third_party


def test_the_lock_passes_its_audit() -> None:
    assert audit_tree(wanted("14.0"), third_party()) == []
