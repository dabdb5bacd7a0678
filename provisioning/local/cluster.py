"""A local cluster as the command line sees it: up, down, status, wipe."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from provisioning.local import golden, imagestore, kernel, pki, statefolder
from provisioning.local.errors import one_sentence
from provisioning.local.findings import Finding
from provisioning.local.images import ImageIndex
from provisioning.local.node import STOPPED, Node, NodeStatus
from provisioning.local.paths import CachePaths, ClusterPaths
from provisioning.local.preparation import Outlook, Preparation
from provisioning.local.progress import Progress
from provisioning.local.spec import ClusterSpec, cluster_spec


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
    templates: golden.Copied = field(default_factory=golden.Copied)
    """Dumps that went into the cache."""


class LocalCluster:
    """One cluster of this machine, by name. All methods can be repeated and raise `LocalError`."""

    def __init__(self, name: str, environment: Mapping[str, str] | None = None) -> None:
        chosen = os.environ if environment is None else environment
        self.spec = cluster_spec(name)
        self.cache = CachePaths.from_environment(chosen)
        self.paths = ClusterPaths.of(name, chosen)
        self._preparation = Preparation(self.cache, self.paths.root, chosen)

    @property
    def kubeconfig(self) -> Path:
        """Of the administrator; there once the cluster has been up."""
        return self.paths.kubeconfig

    def check(self) -> list[Finding]:
        """The machine's fitness for this cluster, without changing anything."""
        return self._preparation.check()

    def outlook(self) -> Outlook:
        """How long `up` spends on compiling and on images."""
        return self._preparation.outlook()

    @one_sentence()
    def prepare(self, progress: Progress) -> ImageIndex:
        """Everything short of a node: packages, programs, images. Shared by all clusters."""
        return self._preparation.run(progress)

    def prepare_servers(self, progress: Progress) -> None:
        """Only the programs that tests run as ordinary processes; needs no root."""
        self._preparation.servers(progress)

    def check_containers(self) -> list[Finding]:
        """Whether a node can run on this kind of machine at all."""
        return self._preparation.containers()

    def up(self, progress: Progress) -> Path:
        """Prepare the machine, start the node, fill its image store; returns the kubeconfig."""
        self._claim()
        return self.start(progress, self.prepare(progress))

    @one_sentence()
    def start(self, progress: Progress, images: ImageIndex) -> Path:
        """The second half of `up`, with images that are already built."""
        self._claim()
        with statefolder.locked(self.paths, self.spec.name):
            node = self._node()
            with progress.step("Kubernetes control plane", log=self.paths.logs / "kube-apiserver.log"):
                kernel.raise_settings()
                node.start(images.ref(imagestore.PAUSE))
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
            templates = golden.keep(self.paths, self.cache)
            return Stopped(running, node.stop(), self.paths.root, templates)

    def wipe(self, *, keep_images: bool) -> None:
        """Stop the node and delete its data; the image store, which takes a minute to fill, can stay."""
        self.down()
        statefolder.remove_data(self.paths, keep_images=keep_images)

    def status(self) -> ClusterStatus:
        """What there is and what runs. Changes nothing."""
        exists = statefolder.is_claimed(self.paths)
        return ClusterStatus(
            spec=self.spec,
            kubeconfig=self.kubeconfig,
            exists=exists,
            node=self._node().status() if exists else STOPPED,
            certificates=pki.expiries(self.paths.pki, dt.datetime.now(dt.UTC)),
        )

    @one_sentence()
    def _claim(self) -> None:
        statefolder.claim(self.paths, self.spec.name)

    def _node(self) -> Node:
        return Node(self.spec, self.paths, self.cache.binaries)

    def _import_images(self, progress: Progress, images: ImageIndex) -> None:
        with progress.step("Images", log=self.paths.logs / "containerd.log") as step:

            def report(name: str) -> None:
                step.detail = name

            count = imagestore.import_images(images, self.paths, report)
            # Where data last, a suspended tenant of an older release still needs its image.
            removed = imagestore.remove_superseded(images, self.paths) if self.spec.throwaway else set()
            step.detail = f"{count} imported, {len(removed)} of earlier builds removed"

    def _start_workloads(self, progress: Progress, node: Node) -> None:
        with progress.step("Node ready", log=self.paths.logs / "kubelet.log"):
            node.start_workloads()
