"""Layers, archives and the index, on small folders: no package is fetched."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import tarfile
from pathlib import Path

import pytest

from provisioning.local.errors import LocalError
from provisioning.local.images.builder import Builder
from provisioning.local.images.fingerprint import Sources
from provisioning.local.images.index import BuiltImage, ImageIndex
from provisioning.local.images.layerstore import LayerStore
from provisioning.local.images.recipe import CopyLayer, DebianLayer, FilesLayer, Recipe
from provisioning.local.paths import CachePaths

needs_programs = pytest.mark.skipif(
    shutil.which("zstd") is None or shutil.which("tar") is None, reason="packs layers with tar and zstd"
)


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    folder = tmp_path / "stage"
    (folder / "opt").mkdir(parents=True)
    (folder / "opt" / "file").write_text("content")
    (folder / "opt" / "link").symlink_to("file")
    return folder


@needs_programs
def test_a_layer_survives_packing_and_is_found_again(tmp_path: Path, stage: Path) -> None:
    store = LayerStore(tmp_path / "layers")
    blob = store.pack("k1", stage)
    assert store.find("k1") == blob
    assert blob.digest == f"sha256:{hashlib.sha256(store.path('k1').read_bytes()).hexdigest()}"
    store.unpack("k1", tmp_path / "out")
    assert (tmp_path / "out" / "opt" / "link").read_text() == "content"


@needs_programs
def test_equal_content_gives_equal_layers(tmp_path: Path, stage: Path) -> None:
    store = LayerStore(tmp_path / "layers")
    first = store.pack("k1", stage)
    (stage / "opt" / "file").touch()
    assert store.pack("k2", stage).diff_id == first.diff_id


@needs_programs
def test_a_cut_off_or_unnoted_layer_does_not_count(tmp_path: Path, stage: Path) -> None:
    store = LayerStore(tmp_path / "layers")
    store.pack("k1", stage)
    store.path("k1").write_bytes(b"short")
    assert store.find("k1") is None
    assert store.find("never") is None


@needs_programs
def test_other_layers_can_be_deleted(tmp_path: Path, stage: Path) -> None:
    store = LayerStore(tmp_path / "layers")
    store.pack("k1", stage)
    store.pack("k2", stage)
    store.keep_only({"k2"})
    assert store.find("k1") is None
    assert store.find("k2") is not None


def test_an_index_that_is_not_there_is_empty(tmp_path: Path) -> None:
    index = ImageIndex.read(tmp_path / "index.json")
    assert not index.images
    with pytest.raises(LocalError, match=r"'odoo-14\.0' has not been built"):
        index.ref("odoo-14.0")


def test_an_index_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "index.json"
    image = BuiltImage("shopfleet.local/a:0123", "a-0123.tar", "sha256:00")
    ImageIndex(tmp_path, {}).with_image("a", image).write(path)
    read = ImageIndex.read(path)
    assert read.images == {"a": image}
    assert read.archive("a") == tmp_path / "a-0123.tar"
    assert [entry.name for entry in tmp_path.iterdir()] == ["index.json"]


@pytest.mark.parametrize("content", ["{", "[]", '{"a": {"ref": "x"}}', '{"a": 1}'])
def test_a_damaged_index_says_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / "index.json").write_text(content)
    with pytest.raises(LocalError, match="is damaged"):
        ImageIndex.read(tmp_path / "index.json")


def test_an_image_whose_archive_is_gone_is_not_there(tmp_path: Path) -> None:
    index = ImageIndex(tmp_path, {"a": BuiltImage("shopfleet.local/a:1", "a-1.tar", "sha256:00")})
    assert not index.has("a", "shopfleet.local/a:1")
    (tmp_path / "a-1.tar").touch()
    assert index.has("a", "shopfleet.local/a:1")
    assert not index.has("a", "shopfleet.local/a:2")


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Builder:
    repository = tmp_path / "repository"
    (repository / "code").mkdir(parents=True)
    (repository / "code" / "main").write_text("one")
    recipes = {
        "plain": Recipe(
            name="plain",
            user="7:7",
            entrypoint=("/opt/main",),
            environment={"A": "b"},
            layers=(
                FilesLayer(accounts={"nobody": 65534}, cold_seconds=30),
                CopyLayer(folders={"code": "/opt"}, cold_seconds=10),
            ),
        ),
        "compiled": Recipe(
            name="compiled",
            user="7:7",
            entrypoint=("/x",),
            layers=(FilesLayer(binaries={"absent": "/x"}, cold_seconds=40),),
        ),
        "large": Recipe(
            name="large",
            user="7:7",
            entrypoint=("/x",),
            layers=(DebianLayer(suite="bookworm", packages=("x",), cold_seconds=100),),
        ),
    }
    monkeypatch.setattr("provisioning.local.images.builder.ask_apt", lambda: None)
    monkeypatch.setattr("provisioning.local.images.builder._PROGRAMS", {})
    cache = CachePaths(tmp_path / "cache")
    return Builder(cache, recipes, Sources(repository, cache.binaries))


@needs_programs
def test_an_archive_is_an_image_layout_that_names_itself(builder: Builder) -> None:
    index = builder.build(["plain"], lambda _image, _doing: None)
    with tarfile.open(index.archive("plain")) as archive:

        def read(name: str) -> bytes:
            content = archive.extractfile(name)
            assert content is not None
            return content.read()

        (named,) = json.loads(read("index.json"))["manifests"]
        manifest = json.loads(read(f"blobs/{named['digest'].replace(':', '/')}"))
        config = json.loads(read(f"blobs/{manifest['config']['digest'].replace(':', '/')}"))
        blobs = [archive.getmember(f"blobs/{one['digest'].replace(':', '/')}") for one in manifest["layers"]]
        assert [blob.size for blob in blobs] == [one["size"] for one in manifest["layers"]]
    assert named["digest"] == index.images["plain"].digest
    assert named["annotations"]["io.containerd.image.name"] == index.ref("plain")
    assert config["config"]["User"] == "7:7"
    assert "A=b" in config["config"]["Env"]
    assert len(config["rootfs"]["diff_ids"]) == len(blobs) == 2


@needs_programs
def test_only_what_changed_is_built_again(builder: Builder, tmp_path: Path) -> None:
    said: list[str] = []
    first = builder.build(["plain"], lambda _image, doing: said.append(doing))
    assert len(said) == 3
    said.clear()
    assert builder.build(["plain"], lambda _image, doing: said.append(doing)) == first
    assert not said
    (tmp_path / "repository" / "code" / "main").write_text("two")
    second = builder.build(["plain"], lambda _image, doing: said.append(doing))
    assert said == ["layer 2 of 2 (copy)", "archive"]
    assert second.ref("plain") != first.ref("plain")


@needs_programs
def test_old_archives_and_layers_go_but_the_last_one_stays(builder: Builder, tmp_path: Path) -> None:
    images = []
    for content in ("one", "two", "three"):
        (tmp_path / "repository" / "code" / "main").write_text(content)
        images.append(builder.build(["plain"], lambda _image, _doing: None).archive("plain"))
    assert [path.exists() for path in images] == [False, True, True]
    layers = tmp_path / "cache" / "images" / "layers"
    assert len(list(layers.glob("*.tar.zst"))) == 2


@needs_programs
def test_what_a_killed_build_left_is_swept_away(builder: Builder, tmp_path: Path) -> None:
    left = tmp_path / "cache" / "images" / ".building-old"
    left.mkdir(parents=True)
    builder.build(["plain"], lambda _image, _doing: None)
    assert not left.exists()


@needs_programs
def test_estimates_count_what_is_missing(builder: Builder) -> None:
    assert builder.estimate_s(["plain", "large", "compiled"]) == 30 + 10 + 2 + 100 + 2 + 40
    builder.build(["plain"], lambda _image, _doing: None)
    assert builder.estimate_s(["plain"]) == 0


def test_an_unknown_name_lists_the_known_ones(builder: Builder) -> None:
    with pytest.raises(LocalError, match=r"No image is called nonsense\. Known: plain"):
        builder.plan(["nonsense"])


@needs_programs
def test_a_second_builder_says_that_it_waits(builder: Builder, tmp_path: Path) -> None:
    said: list[str] = []
    lock = tmp_path / "cache" / "images" / ".lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        def release(_image: str, doing: str) -> None:
            said.append(doing)
            fcntl.flock(held, fcntl.LOCK_UN)

        builder.build(["plain"], release)
    assert said[0] == "waiting for another build"
