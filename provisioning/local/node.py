"""Brings one node up and down, whatever an earlier run left behind."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from provisioning.local import cgroups, containers, mounts, network, nodeconfig, pki, statefolder, supervisor
from provisioning.local.apiclient import Answer, ApiClient
from provisioning.local.certificates import Leaf
from provisioning.local.errors import LocalError
from provisioning.local.kubeconfig import kubeconfig
from provisioning.local.launch import launch
from provisioning.local.paths import ClusterPaths
from provisioning.local.ports import refuse_taken_ports
from provisioning.local.privatefile import write_private
from provisioning.local.processes import (
    ProcessRecord,
    boot_id,
    children,
    end,
    is_ours,
    read_record,
    wait_until_gone,
)
from provisioning.local.readiness import wait_for
from provisioning.local.spec import ClusterSpec

API_TIMEOUT_S = 120.0
NODE_TIMEOUT_S = 120.0
"""Both are 5 to 10 s on an idle machine; a compiling one is ten times slower."""
CONTAINER_GRACE_S = 25.0
"""A database that is told to end flushes first; longer than its own fast shutdown."""
SHUTDOWN_TIMEOUT_S = 30.0


@dataclass(frozen=True)
class NodeStatus:
    """What runs of a node right now."""

    running: bool
    api: Answer
    programs: tuple[supervisor.Program, ...]
    memory_bytes: int | None


STOPPED = NodeStatus(False, Answer(False, "the node is not running"), (), None)


class Node:
    """One node of one cluster. All methods can be repeated."""

    def __init__(self, spec: ClusterSpec, paths: ClusterPaths, binaries: Path) -> None:
        self._spec = spec
        self._paths = paths
        self._binaries = binaries
        self._layout = cgroups.detect()

    def start(self, pause_image: str) -> None:
        """Start what is not running, until the API server answers.

        A running node whose configuration is no longer the wanted one is restarted.

        Raises:
            LocalError: the folder is not ours, something is missing on this
                machine, or a component does not come up (with its log's end).
        """
        self._forget_unsafe_data()
        pki.ensure_pki(self._paths.pki, self._leaves(), dt.datetime.now(dt.UTC))
        files = nodeconfig.config_files(self._spec, self._paths, self._inputs(pause_image))
        if self._is_current(files):
            return
        self.stop()
        self._prepare(files)
        record = launch(self._spec, self._paths)
        self._wait(record, API_TIMEOUT_S, "kube-apiserver", ApiClient.is_ready)

    def start_workloads(self) -> None:
        """Start what needs the API server, and wait until the node can take pods.

        Raises:
            LocalError: the node does not become ready.
        """
        record = self._running_record()
        if record is None:
            raise LocalError(f"The node of cluster '{self._spec.name}' is not running.")
        # The API server writes whole seconds.
        since = dt.datetime.now(dt.UTC).replace(microsecond=0)
        if all(program.is_running for program in supervisor.programs_of(self._paths)):
            since = dt.datetime.fromtimestamp(0, dt.UTC)
        supervisor.start_group(self._paths, supervisor.WITH_API)
        self._wait(
            record,
            NODE_TIMEOUT_S,
            "kubelet",
            lambda api: api.node_is_ready(self._spec.node_name, f"{since:%Y-%m-%dT%H:%M:%SZ}"),
        )

    def stop(self) -> int:
        """End the node and remove every trace but its data; returns how many containers were cut off.

        Ends only processes that are certainly ours: the recorded one, and those
        inside of the cluster's own control groups.
        """
        record = self._running_record()
        cut_off = 0
        if record is not None:
            if not self._spec.throwaway:
                cut_off = self._end_containers()
                self._end_gently(record)
            end(record, signal.SIGKILL)
            if not wait_until_gone(record, SHUTDOWN_TIMEOUT_S):
                raise LocalError(f"Process {record.pid} of cluster '{self._spec.name}' does not end.")
        cgroups.remove(self._layout, self._spec.cgroup)
        network.remove(self._spec)
        mounts.unmount_below(self._paths.root)
        if self._paths.run.is_dir():
            shutil.rmtree(self._paths.run)
        return cut_off

    def is_running(self) -> bool:
        return self._running_record() is not None

    def status(self) -> NodeStatus:
        """What runs; never fails because something does not."""
        if self._running_record() is None:
            return STOPPED
        with self._api() as api:
            return NodeStatus(
                running=True,
                api=api.is_ready(),
                programs=tuple(supervisor.programs_of(self._paths)),
                memory_bytes=cgroups.memory_bytes(self._layout, self._spec.cgroup),
            )

    def _running_record(self) -> ProcessRecord | None:
        record = read_record(self._paths.process_record)
        return record if record and is_ours(record) else None

    def _is_current(self, files: dict[Path, str]) -> bool:
        """Whether it runs, answers, and was started with these very files."""
        if self._running_record() is None or not containers.is_serving(self._paths):
            return False
        started_with = self._paths.run / "config-digest"
        if not started_with.is_file() or started_with.read_text() != self._digest(files):
            return False
        with self._api() as api:
            return api.is_ready().ready

    def _digest(self, files: dict[Path, str]) -> str:
        binary = (self._binaries / "kubernetes").stat()
        return f"{nodeconfig.digest(files)} {binary.st_mtime_ns} {binary.st_size}"

    def _prepare(self, files: dict[Path, str]) -> None:
        refuse_taken_ports(self._spec.forwards)
        for folder in (self._paths.run, self._paths.logs, self._paths.volumes):
            folder.mkdir(parents=True, exist_ok=True)
        nodeconfig.write_config(files)
        (self._paths.run / "config-digest").write_text(self._digest(files))
        admin = kubeconfig(self._paths.pki, "admin", self._spec.api_url, self._spec.name)
        write_private(self._paths.kubeconfig, admin)
        cgroups.create(self._layout, self._spec.cgroup)
        network.create(self._spec)

    def _inputs(self, pause_image: str) -> nodeconfig.NodeInputs:
        resolv_conf = Path("/etc/resolv.conf")
        return nodeconfig.NodeInputs(
            binaries=self._binaries,
            pause_image=pause_image,
            cgroup_folders=tuple(cgroups.entry_folders(self._layout, self._spec.cgroup)),
            resolv_conf=nodeconfig.node_resolv_conf(resolv_conf.read_text() if resolv_conf.is_file() else ""),
        )

    def _leaves(self) -> list[Leaf]:
        node_addresses = [self._spec.node_name, self._spec.node_address]
        return pki.cluster_leaves(self._spec.node_name, nodeconfig.api_addresses(self._spec), node_addresses)

    def _api(self) -> ApiClient:
        return ApiClient(self._spec.api_url, self._paths.pki)

    def _wait(
        self, record: ProcessRecord, timeout_s: float, program: str, question: Callable[[ApiClient], Answer]
    ) -> None:
        with self._api() as api:
            wait_for(
                lambda: question(api),
                alive=lambda: is_ours(record),
                timeout_s=timeout_s,
                log=self._paths.logs / f"{program}.log",
                death_log=self._paths.logs / "init.log",
            )

    def _end_containers(self) -> int:
        """Give databases the time to shut down; the kubelet must not bring them back meanwhile."""
        if not containers.is_serving(self._paths):
            return 0
        supervisor.stop(self._paths, supervisor.WITH_API, "kubelet")
        return containers.stop_all(self._paths, CONTAINER_GRACE_S)

    def _end_gently(self, record: ProcessRecord) -> None:
        """Ask the process manager inside; `unshare` itself ignores requests while it waits."""
        for first_process in children(record.pid):
            os.kill(first_process, signal.SIGTERM)
        wait_until_gone(record, SHUTDOWN_TIMEOUT_S)

    def _forget_unsafe_data(self) -> None:
        """Without fsync a database that lost its machine cannot be trusted, so tests start anew."""
        boot = self._paths.root / "boot-id"
        current = boot_id()
        if self._spec.throwaway and boot.is_file() and boot.read_text() != current:
            self.stop()
            statefolder.remove_data(self._paths, keep_images=True)
        boot.write_text(current)
