"""The programs that are compiled here, because no registry has them ready-made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.errors import LocalError
from provisioning.local.paths import GO_MODULES

KUBERNETES_COMPONENTS = (
    "kube-apiserver",
    "kube-controller-manager",
    "kube-proxy",
    "kube-scheduler",
    "kubectl",
    "kubelet",
)
"""Names by which the one binary is called; it acts by its name."""


@dataclass(frozen=True)
class GoProgram:
    """One Go module of ours and the binary that comes out of it."""

    name: str
    """Of the module's folder and of the binary."""
    package: str
    cold_cpu_minutes: float
    """Processor time of a build without any cache, measured on a two-core machine."""
    links: tuple[str, ...] = ()

    @property
    def module(self) -> Path:
        return GO_MODULES / self.name


PROGRAMS = (
    GoProgram("pause", ".", 0.3),
    GoProgram("kubernetes", ".", 11.0, KUBERNETES_COMPONENTS),
    GoProgram("coredns", "github.com/coredns/coredns", 6.0),
    GoProgram("envoy-gateway", "github.com/envoyproxy/gateway/cmd/envoy-gateway", 6.5),
    GoProgram("versitygw", "github.com/versity/versitygw/cmd/versitygw", 3.0),
    GoProgram("shared-folder-provisioner", ".", 2.5),
)


def program(name: str) -> GoProgram:
    """A program by its name."""
    return next(known for known in PROGRAMS if known.name == name)


SERVERS = (program("kubernetes"), program("versitygw"), program("shared-folder-provisioner"))
"""Those that also run without a node, for tests of what talks to them."""


def required_version(go_mod: str, module: str) -> str:
    """The version that the text of a `go.mod` requires of a module, such as `v1.36.3`.

    Raises:
        LocalError: it does not require it.
    """
    found = re.search(rf"^\s*(?:require\s+)?{re.escape(module)} (v\S+)", go_mod, re.MULTILINE)
    if found is None:
        raise LocalError(f"go.mod does not require {module}.")
    return found[1]


def linker_flags(wanted: GoProgram) -> str:
    """Without debugging symbols; Kubernetes also learns its own version, which clients ask for."""
    flags = ["-s", "-w"]
    if wanted.name == "kubernetes":
        version = required_version((wanted.module / "go.mod").read_text(), "k8s.io/kubernetes")
        major, minor, _ = version.removeprefix("v").split(".", 2)
        values = {"gitVersion": version, "gitMajor": major, "gitMinor": minor}
        flags += [f"-X k8s.io/component-base/version.{name}={value}" for name, value in values.items()]
    return " ".join(flags)
