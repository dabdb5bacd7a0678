"""What a document must not say: places of one machine, servers of others, promises."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.docs.documents import ROOT, documents

FORBIDDEN = {
    "a folder of one machine or person": re.compile(r"(?<![\w.~*-])/(?:work|root|home|Users|mnt)/"),
    "a promise or a note to oneself": re.compile(r"\b(?:TODO|FIXME|XXX|TBD|coming soon)\b", re.IGNORECASE),
    "advertising": re.compile(r"\b(?:blazing|seamless(?:ly)?|effortless(?:ly)?|world-class)\b", re.IGNORECASE),
    "an address in a network": re.compile(r"\bhttps?://(?!127\.0\.0\.1)\d{1,3}(?:\.\d{1,3}){3}\b"),
}

HOST = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|cloud|local|localhost|pt|fr)\b(?![\w(])")
OURS = ("shops.localhost", "shopfleet.dev", "shopfleet.local", "cluster.local")
"""Names of the platform's own."""
NOBODYS = ("example.com", "example.org", "example.net")
"""Set aside for documents (RFC 2606)."""
API_GROUPS = ("k8s.io", "kubernetes.io", "envoyproxy.io")
"""Names of Kubernetes API groups and labels, at which nobody calls."""


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_forbidden_is_said(document: Path) -> None:
    text = document.read_text()
    for what, pattern in FORBIDDEN.items():
        found = pattern.search(text)
        assert found is None, f"{what}: {found and found.group()}"


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_server_of_others_is_named(document: Path) -> None:
    for host in HOST.findall(document.read_text()):
        assert host.endswith((*OURS, *NOBODYS, *API_GROUPS)), host


def test_the_changelog_has_the_version_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert re.search(rf"^## \[{re.escape(version)}\] - ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
