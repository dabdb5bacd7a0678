"""Starts the first process of a node in namespaces of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from provisioning.local import network
from provisioning.local.nodeconfig import MACHINE_NETWORK_VARIABLE, MEMORY_FOLDERS
from provisioning.local.paths import ClusterPaths
from provisioning.local.processes import ProcessRecord, record_of
from provisioning.local.spec import ClusterSpec

ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
}
"""Nothing of the caller's environment: it may hold proxies and secrets."""


def launch(spec: ClusterSpec, paths: ClusterPaths) -> ProcessRecord:
    """Start the node's process manager; returns the process whose death ends the node.

    `unshare` waits outside of the namespaces; when it dies, the kernel kills the
    first process inside, and with that one everything else.
    """
    for folder in MEMORY_FOLDERS:
        Path(folder).mkdir(parents=True, exist_ok=True)
    argv = [
        "nsenter",
        f"--net={network.namespace_path(spec)}",
        "unshare",
        *("--mount", "--pid", "--ipc", "--uts"),
        *("--fork", "--kill-child", "--mount-proc"),
        *("/bin/sh", str(paths.init_script)),
    ]
    with Path("/proc/self/ns/net").open("rb") as own_network, (paths.logs / "init.log").open("ab") as log:
        # Not waited for: it lives on when this process has ended.
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={**ENVIRONMENT, MACHINE_NETWORK_VARIABLE: f"/proc/self/fd/{own_network.fileno()}"},
            start_new_session=True,
            pass_fds=[own_network.fileno()],
        )
    record = record_of(process.pid, marker=str(paths.init_script))
    record.write(paths.process_record)
    return record
