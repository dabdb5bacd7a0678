"""Debian packages of the local platform, all in one table, and their installation."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from provisioning.local.commands import CommandError, run, run_logged
from provisioning.local.errors import LocalError

PACKAGES = {
    "conntrack": "kube-proxy forgets connections to pods that are gone",
    "containerd": "runs the containers",
    "containernetworking-plugins": "network of a pod",
    "etcd-server": "database of the API server",
    "iproute2": "network of a node",
    "iptables": "host ports of pods",
    "mmdebstrap": "root file systems of the images",
    "nftables": "services of the cluster",
    "runc": "starts one container",
    "socat": "brings the machine's ports 80 and 443 to the node",
    "supervisor": "process manager of a node",
    "zstd": "packs the layers of images",
}
"""Package and what it is for."""

SERVER_PACKAGES = {
    "chromium-headless-shell": "the browser in which tills and web shops are tried",
    "etcd-server": "database of the API server that tests run as an ordinary process",
    "postgresql": "the PostgreSQL that the platform runs, for the same",
}
"""What tests without a node need besides what is compiled."""

INSTALL_TIMEOUT_S = 900.0

_POLICY = Path("/usr/sbin/policy-rc.d")
_NO_SERVICES = "#!/bin/sh\nexit 101\n"
"""Answer of the Debian policy hook to "may this service be started?": no."""


def missing_packages(wanted: Sequence[str] = tuple(PACKAGES)) -> list[str]:
    """Those not installed, in the table's order."""
    try:
        listing = run("dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *wanted)
    except CommandError as error:
        if error.exit_code != 1:
            raise
        # It reports unknown packages as a failure and still lists the known ones.
        listing = error.output
    return not_installed(wanted, listing)


def not_installed(wanted: Sequence[str], listing: str) -> list[str]:
    """The packages that `dpkg-query` does not list as installed. Pure."""
    installed = {line.split()[0] for line in listing.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if name not in installed]


def can_install() -> bool:
    """Whether this user may install Debian packages on this machine."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: Sequence[str], log: Path) -> None:
    """Install packages without starting the services that some of them bring.

    Raises:
        LocalError: the mirror cannot be reached or lacks a package.
    """
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _no_services():
        for arguments in (("update",), ("install", "--yes", "--no-install-recommends", *packages)):
            try:
                run_logged("apt-get", *arguments, log=log, timeout_s=INSTALL_TIMEOUT_S, environment=environment)
            except CommandError as error:
                raise LocalError(
                    f"Debian packages cannot be installed ({', '.join(packages)}):", hint=str(error)
                ) from error


@contextmanager
def _no_services() -> Iterator[None]:
    """A machine-wide etcd or containerd would only take memory: a node starts its own."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text(_NO_SERVICES)
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()
