"""The next command that an error, a hint or an example file names exists, with its options."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.documents import ROOT
from tests.docs.test_commands import TARGETS
from tests.support.typed_command import complaint

SOURCES = [
    *(path for folder in ("controller", "provisioning", "release") for path in (ROOT / folder).rglob("*.py")),
    *(ROOT / "examples").glob("*.yaml"),
]
NOUNS = "audit|doctor|fleet|install|local|procedure|tenant"
# Up to what ends a command in a sentence or a string; {name} in an f-string stands for one word.
SHOPFLEET = re.compile(rf"shopfleet ((?:{NOUNS})\b(?:{{[^}}]*}}|[^\"'`\n;,()\\…])*)")
MAKE = re.compile(r"`make ([a-z-]+)")


def hints() -> Iterator[tuple[str, str]]:
    for path in sorted(SOURCES):
        for found in SHOPFLEET.finditer(path.read_text()):
            yield str(path.relative_to(ROOT)), found[1].strip().rstrip(".")


@pytest.mark.parametrize(("where", "line"), sorted(set(hints())))
def test_a_command_in_the_source_exists(where: str, line: str) -> None:
    words = re.sub(r"{[^}]*}", "NAME", line).split()
    found = complaint(tuple(words), whole=False)
    assert found is None, f"{where}: shopfleet {line}: {found}"


def test_there_are_hints_at_all() -> None:
    assert len(set(hints())) > 20


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(Path(path).relative_to(ROOT)))
def test_a_target_in_the_source_exists(path: Path) -> None:
    assert set(MAKE.findall(path.read_text())) <= TARGETS
