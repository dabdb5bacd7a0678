"""A local cluster as the command line sees it: up, down, status, wipe."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from provisioning.local import build, containers, host, imagestore, kernel, packages, pki, statefolder
from provisioning.local.apiclient import Answer
from provisioning.local.assets import ensure_assets
from provisioning.local.errors import LocalError
from provisioning.local.findings import Finding, require
from provisioning.local.node import Node, NodeStatus
from provisioning.local.paths import CachePaths, ClusterPaths
from provisioning.local.programs import PROGRAMS
from provisioning.local.progress import Progress
from provisioning.local.spec import ClusterSpec, cluster_spec
from provisioning.local.toolchain import LOCK_FILE, Toolchain, ensure_toolchain, pinned_version


@dataclass(frozen=True)
class ClusterStatus:
    """What there is of a cluster."""

    spec: ClusterSpec
    kubeconfig: Path
    exists: bool
    """Whether it has data on this machine."""
    node: NodeStatus
    certificates: Mapping[str, dt.timedelta]
    """Time left, by name."""


@dataclass(frozen=True)
class Stopped:
    """What `down` did."""

    was_running: bool
    cut_off: int
    """Containers that did not end in time by themselves."""
    kept: Path


class LocalCluster:
    """One cluster of this machine, by name. All methods can be repeated and raise `LocalError`."""

    def __init__(self, name: str, environment: Mapping[str, str] | None = None) -> None:
        self.environment = os.environ if environment is None else environment
        self.spec = cluster_spec(name)
        self.cache = CachePaths.from_environment(self.environment)
        self.paths = ClusterPaths.of(name, self.environment)

    @property
    def kubeconfig(self) -> Path:
        return self.paths.kubeconfig

    def check(self) -> list[Finding]:
        """The machine's fitness, without changing anything."""
        findings = host.assess(host.gather(self.paths.root), self._needs())
        if os.geteuid() == 0 and not packages.missing_packages():
            findings += kernel.check_kernel()
        return findings

    def prepare(self, progress: Progress) -> Toolchain:
        """Everything short of images and a node: packages, compiler, binaries, CRD files."""
        with progress.step("Check this machine"):
            require(host.assess(host.gather(self.paths.root), self._needs()))
        self._install_packages(progress)
        with progress.step("Check the kernel"):
            require(kernel.check_kernel())
        with progress.step("Go compiler"):
            toolchain = ensure_toolchain(self.cache, self.environment)
        self._build(progress, toolchain)
        with progress.step("Resource definitions of the gateway"):
            ensure_assets(self.cache, toolchain)
        return toolchain

    def up(self, progress: Progress) -> Path:
        """Start the node with every image of the cache's index; returns the administrator's kubeconfig.

        Needs what `prepare` makes, and the images.
        """
        images = imagestore.read_index(self.cache)
        statefolder.claim(self.paths, self.spec.name)
        with statefolder.locked(self.paths, self.spec.name):
            node = self._node()
            with progress.step("Kubernetes control plane", log=self.paths.logs / "kube-apiserver.log"):
                kernel.raise_settings()
                node.start(imagestore.pause_reference(images))
            progress.together(
                partial(self._import_images, progress, images),
                partial(self._start_workloads, progress, node),
            )
        return self.kubeconfig

    def down(self) -> Stopped:
        """Stop the node; keeps all data."""
        if not statefolder.is_claimed(self.paths):
            return Stopped(was_running=False, cut_off=0, kept=self.paths.root)
        with statefolder.locked(self.paths, self.spec.name):
            node = self._node()
            running = node.is_running()
            return Stopped(was_running=running, cut_off=node.stop(), kept=self.paths.root)

    def wipe(self, *, keep_images: bool) -> None:
        """Stop the node and delete its data; the image store, which takes minutes to fill, can stay."""
        self.down()
        statefolder.remove_data(self.paths, keep_images=keep_images)

    def status(self) -> ClusterStatus:
        """What there is and what runs. Changes nothing."""
        exists = statefolder.is_claimed(self.paths)
        stopped = NodeStatus(False, Answer(False, "the node is not running"), (), None)
        return ClusterStatus(
            spec=self.spec,
            kubeconfig=self.kubeconfig,
            exists=exists,
            node=self._node().status() if exists else stopped,
            certificates=pki.expiries(self.paths.pki, dt.datetime.now(dt.UTC)),
        )

    def _node(self) -> Node:
        return Node(self.spec, self.paths, self.cache.binaries)

    def _needs(self) -> host.Needs:
        version = pinned_version(LOCK_FILE.read_text())
        warm = not build.outdated(PROGRAMS, self.cache, version) and self.cache.image_index.is_file()
        return host.WARM if warm else host.COLD

    def _install_packages(self, progress: Progress) -> None:
        missing = packages.missing_packages()
        if not missing:
            return
        log = self.cache.logs / "packages.log"
        with progress.step(f"Install {len(missing)} Debian packages", log=log):
            packages.install(missing, log)
            if still := packages.missing_packages():
                raise LocalError(f"Debian packages are still missing: {', '.join(still)}.")

    def _build(self, progress: Progress, toolchain: Toolchain) -> None:
        outdated = build.outdated(PROGRAMS, self.cache, toolchain.version)
        cores = os.cpu_count() or 1
        if outdated:
            minutes = build.estimated_minutes(outdated, cores)
            progress.say(f"Compiling {len(outdated)} programs takes at most {minutes:.0f} min on {cores} cores.")
        for program in outdated:
            log = build.log_path(program, self.cache)
            estimate_s = 60 * build.estimated_minutes([program], cores)
            with progress.step(f"Compile {program.name}", log=log, estimate_s=estimate_s):
                build.build(program, self.cache, toolchain)

    def _import_images(self, progress: Progress, images: list[imagestore.ImageArchive]) -> None:
        absent = imagestore.absent(images, containers.image_references(self.paths))
        with progress.step("Images", log=self.paths.logs / "containerd.log") as step:
            for image in absent:
                step.detail = image.name
                imagestore.import_archive(image, self.paths)
            step.detail = f"{len(absent)} imported, {len(images) - len(absent)} there already"

    def _start_workloads(self, progress: Progress, node: Node) -> None:
        with progress.step("Node ready", log=self.paths.logs / "kubelet.log"):
            node.start_workloads()
