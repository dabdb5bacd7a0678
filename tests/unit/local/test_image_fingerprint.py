"""A tag changes with everything that goes into an image, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.local.images.fingerprint import (
    MissingInputError,
    Sources,
    copied_files,
    layer_keys,
    tag,
)
from provisioning.local.images.recipe import CopyLayer, DebianLayer, FilesLayer, PythonLayer, Recipe

DEBIAN = DebianLayer(suite="bookworm", packages=("python3",), cold_seconds=10)
CODE = CopyLayer(folders={"code": "/opt/code"}, exclude=("code/builds",))


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    repository, binaries = tmp_path / "repository", tmp_path / "bin"
    (repository / "code" / "builds").mkdir(parents=True)
    (repository / "code" / "main.py").write_text("print(1)\n")
    (repository / "locked.txt").write_text("a==1\n")
    binaries.mkdir()
    (binaries / "tool").write_bytes(b"\x7fELF one")
    return Sources(repository, binaries)


def recipe(*layers: DebianLayer | FilesLayer | PythonLayer | CopyLayer, **changes: object) -> Recipe:
    values: dict[str, object] = {"name": "thing", "user": "1:1", "entrypoint": ("/thing",), "layers": layers}
    return Recipe.model_validate(values | changes)


def named(made: Recipe, sources: Sources) -> str:
    return tag(made, layer_keys(made, sources))


def test_tag_is_twelve_hex_digits_and_stable(sources: Sources) -> None:
    made = named(recipe(DEBIAN, CODE), sources)
    assert len(made) == 12
    assert int(made, 16) >= 0
    assert made == named(recipe(DEBIAN, CODE), sources)


def test_our_code_changes_its_own_layer_only(sources: Sources) -> None:
    before = layer_keys(recipe(DEBIAN, CODE), sources)
    (sources.repository / "code" / "main.py").write_text("print(2)\n")
    after = layer_keys(recipe(DEBIAN, CODE), sources)
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_a_layer_below_changes_all_above(sources: Sources) -> None:
    newer = DEBIAN.model_copy(update={"packages": ("python3=3.11.*",)})
    before, after = layer_keys(recipe(DEBIAN, CODE), sources), layer_keys(recipe(newer, CODE), sources)
    assert not set(before) & set(after)


def test_an_executable_bit_counts(sources: Sources) -> None:
    before = layer_keys(recipe(CODE), sources)
    (sources.repository / "code" / "main.py").chmod(0o755)
    assert layer_keys(recipe(CODE), sources) != before


@pytest.mark.parametrize("ignored", ["builds/big.bin", "__pycache__/main.cpython-311.pyc", ".hidden", "main.py~"])
def test_excluded_and_generated_files_do_not_count(sources: Sources, ignored: str) -> None:
    before = layer_keys(recipe(CODE), sources)
    path = sources.repository / "code" / ignored
    path.parent.mkdir(exist_ok=True)
    path.write_text("anything")
    assert layer_keys(recipe(CODE), sources) == before


def test_content_of_binaries_and_locks_counts(sources: Sources) -> None:
    made = recipe(
        FilesLayer(binaries={"tool": "/bin/tool"}),
        PythonLayer(lock="locked.txt", target="/lib", python="python3.11"),
    )
    first = named(made, sources)
    (sources.binaries / "tool").write_bytes(b"\x7fELF two")
    second = named(made, sources)
    (sources.repository / "locked.txt").write_text("a==2\n")
    assert len({first, second, named(made, sources)}) == 3


@pytest.mark.parametrize(
    "change", [{"user": "2:2"}, {"entrypoint": ("/other",)}, {"environment": {"A": "b"}}, {"name": "other"}]
)
def test_configuration_counts_without_touching_layers(sources: Sources, change: dict[str, object]) -> None:
    plain, changed = recipe(CODE), recipe(CODE, **change)
    assert layer_keys(plain, sources) == layer_keys(changed, sources)
    assert named(plain, sources) != named(changed, sources)


def test_an_estimate_does_not_count(sources: Sources) -> None:
    slower = DEBIAN.model_copy(update={"cold_seconds": 99})
    assert layer_keys(recipe(DEBIAN), sources) == layer_keys(recipe(slower), sources)


def test_missing_inputs_are_named(sources: Sources) -> None:
    with pytest.raises(MissingInputError, match="absent does not exist"):
        layer_keys(recipe(FilesLayer(binaries={"absent": "/bin/absent"})), sources)
    with pytest.raises(MissingInputError, match="nowhere does not exist"):
        layer_keys(recipe(CopyLayer(folders={"nowhere": "/opt"})), sources)


def test_copied_files_carry_their_path_in_the_image(sources: Sources) -> None:
    assert [target for _, target in copied_files(CODE, sources.repository)] == ["/opt/code/main.py"]
