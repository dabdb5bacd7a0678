from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.local import statefolder
from provisioning.local.errors import LocalError
from provisioning.local.paths import ClusterPaths


@pytest.fixture
def paths(tmp_path: Path) -> ClusterPaths:
    return ClusterPaths(tmp_path / "demo")


def test_claiming_is_repeatable(paths: ClusterPaths) -> None:
    assert not statefolder.is_claimed(paths)
    statefolder.claim(paths, "demo")
    statefolder.claim(paths, "demo")
    assert statefolder.is_claimed(paths)


def test_an_empty_folder_is_taken(paths: ClusterPaths) -> None:
    paths.root.mkdir()
    statefolder.claim(paths, "demo")


def test_a_foreign_folder_is_refused_and_untouched(paths: ClusterPaths) -> None:
    paths.root.mkdir()
    (paths.root / "thesis.txt").write_text("important")
    with pytest.raises(LocalError, match=r"thesis\.txt"):
        statefolder.claim(paths, "demo")
    with pytest.raises(LocalError, match="not made by this installer"):
        statefolder.remove_data(paths, keep_images=False)
    assert (paths.root / "thesis.txt").read_text() == "important"


@pytest.mark.parametrize(
    ("owner", "words"),
    [
        ('{"cluster": "other", "layout": 1}', "belongs to cluster 'other'"),
        ('{"cluster": "demo", "layout": 99}', "layout 99"),
        ("{", "damaged"),
    ],
)
def test_anothers_folder_is_refused(paths: ClusterPaths, owner: str, words: str) -> None:
    paths.root.mkdir()
    paths.owner.write_text(owner)
    with pytest.raises(LocalError, match=words):
        statefolder.claim(paths, "demo")


def test_a_file_in_the_place_of_the_folder_is_refused(paths: ClusterPaths) -> None:
    paths.root.write_text("")
    with pytest.raises(LocalError, match="is a file"):
        statefolder.claim(paths, "demo")


def test_only_one_at_a_time(paths: ClusterPaths) -> None:
    statefolder.claim(paths, "demo")
    with (
        statefolder.locked(paths, "demo"),
        pytest.raises(LocalError, match="another process"),
        statefolder.locked(paths, "demo"),
    ):
        pass
    with statefolder.locked(paths, "demo"):
        pass


def test_wipe_can_keep_the_image_store(paths: ClusterPaths) -> None:
    statefolder.claim(paths, "demo")
    for folder in (paths.containerd, paths.etcd):
        folder.mkdir()
        (folder / "data").write_text("x")
    statefolder.remove_data(paths, keep_images=True)
    assert (paths.containerd / "data").is_file()
    assert not paths.etcd.exists()
    assert statefolder.is_claimed(paths)


def test_wipe_removes_everything_and_can_be_repeated(paths: ClusterPaths) -> None:
    statefolder.claim(paths, "demo")
    paths.etcd.mkdir()
    statefolder.remove_data(paths, keep_images=False)
    statefolder.remove_data(paths, keep_images=False)
    assert not paths.root.exists()
