"""Links lead somewhere, and paths in code spans are those of files that exist."""

import re
from pathlib import Path

import pytest

from tests.docs.documents import ROOT, documents, headings, links

PATH = re.compile(
    r"(?<![`\w])`((?:controller|provisioning|release|monitoring|addons_baseline|tests|docs|runbooks|examples)/[^`\s]*)`"
)

WRITTEN_WHEN_RUN = {"docs/evidence", "docs/benchmarks.md", "docs/benchmarks.json"}
"""Results of long runs, which a fresh checkout may not have."""


def name(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", documents(), ids=name)
def test_every_link_resolves(document: Path) -> None:
    for target in links(document):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (document.parent / path).resolve() if path else document
        assert place.exists(), f"{target} leads nowhere"
        assert ROOT in (place, *place.parents), f"{target} leads out of the project"
        if anchor and place.suffix == ".md":
            assert anchor in headings(place), f"{target}: no such heading"


@pytest.mark.parametrize("document", documents(), ids=name)
def test_every_path_in_the_text_exists(document: Path) -> None:
    for path in PATH.findall(document.read_text()):
        if path not in WRITTEN_WHEN_RUN and not re.search(r"[*<{…]", path):
            assert (ROOT / path).exists(), path
