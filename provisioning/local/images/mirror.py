"""Which Debian mirror this machine uses: apt is asked, so no host name is written anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.commands import run
from provisioning.local.errors import LocalError
from provisioning.local.images.recipe import Suite

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
"""Debian's own; it still holds the keys of the releases before."""

_FORMAT = "$(REPO_URI) $(RELEASE)"

_PASSED_ON = ("Acquire::http::Proxy", "Acquire::https::Proxy", "Acquire::https::CAInfo")

_HAS_UPDATES: frozenset[Suite] = frozenset({"bookworm"})
"""A suite past its support keeps no `-updates` pocket."""


@dataclass(frozen=True)
class Mirror:
    """Addresses of the main and the security archive, without suite."""

    archive: str
    security: str

    def sources(self, suite: Suite) -> tuple[str, ...]:
        """The `deb` lines of one suite, signatures checked with Debian's keyring."""
        pockets = [(self.archive, suite), (self.security, f"{suite}-security")]
        if suite in _HAS_UPDATES:
            pockets.append((self.archive, f"{suite}-updates"))
        return tuple(f"deb [signed-by={KEYRING}] {uri} {pocket} main" for uri, pocket in pockets)


def ask_apt() -> Mirror:
    """The mirror of this machine.

    Raises:
        LocalError: apt knows no Debian archive, or the keyring is missing.
    """
    if not KEYRING.is_file():
        raise LocalError(f"{KEYRING} is missing.", hint="apt-get install debian-archive-keyring")
    lines = run("apt-get", "indextargets", "--format", _FORMAT, "Created-By: Packages").splitlines()
    return choose_mirror(lines, _codename())


def choose_mirror(lines: Iterable[str], codename: str) -> Mirror:
    """Pick the machine's own suite out of `<uri> <release>` lines; others may come from elsewhere."""
    known = {release: uri.rstrip("/") for uri, release in (line.split() for line in lines if line.strip())}
    archive, security = known.get(codename), known.get(f"{codename}-security")
    if archive is None or security is None:
        raise LocalError(
            f"apt has no sources for {codename} and {codename}-security.",
            hint="Images are built from the Debian mirror of this machine; see /etc/apt/sources.list.d.",
        )
    return Mirror(archive=archive, security=security)


def acquire_options() -> tuple[str, ...]:
    """How this machine reaches its mirror (proxy, certificates), as apt configuration lines."""
    values = {name: run("apt-config", "dump", "--no-empty", "--format", "%v%n", name) for name in _PASSED_ON}
    return tuple(f'{name} "{value.strip()}";' for name, value in values.items() if value.strip())


def _codename() -> str:
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME="):
            return line.partition("=")[2].strip('"')
    raise LocalError("/etc/os-release names no Debian release.", hint="Images are built on Debian 12.")
