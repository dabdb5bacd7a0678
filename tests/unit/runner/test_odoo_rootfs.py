"""Unpacked images of earlier builds do not fill the disk."""

import time
from pathlib import Path

from tests.support.odoo_rootfs import _forget_all_but


def test_the_last_ones_are_kept_beside_the_one_in_use(tmp_path: Path) -> None:
    for name in ("in-use", "a", "b", "c", "d"):
        (tmp_path / name / "usr").mkdir(parents=True)
        # Times of files are as fine as the kernel's tick.
        time.sleep(0.02)
    (tmp_path / "in-use.lock").touch()
    _forget_all_but(tmp_path / "in-use")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "c", "d", "in-use", "in-use.lock"]
