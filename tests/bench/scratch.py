"""A namespace of the benchmark's own, whose pods run one script each in the Odoo image and report seconds."""

from __future__ import annotations

import base64
import io
import json
import os
import secrets
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controller.core.ports import Ref
from provisioning.databaseserver import DatabaseServerSpec
from provisioning.local.paths import CachePaths
from provisioning.meta import API_VERSION, SYSTEM_NAMESPACE, Manifest
from provisioning.objects import pods
from provisioning.objects.configuration import SERVICE, DatabaseAccess, conf_files, encoded
from provisioning.objects.filestore import DATA_FOLDER
from provisioning.objects.resources import Share
from provisioning.release import ReleaseSpec
from tests.bench.cluster import Cluster

NAMESPACE = "bench-scratch"
INSIDE = Path(__file__).parent / "inside"
REQUIREMENTS = Path(__file__).parent / "peer-requirements.txt"
SCRIPTS_FOLDER = "/opt/bench"
ADMIN_SERVICE = "admin_service.conf"
# Of the Odoo image's Python, for which the peer's packages are chosen.
PYTHON = "3.9"
# Seconds a script may take; filling the peer's cache is the longest.
PATIENCE = 1200
SUPERUSER = "postgres"


@dataclass(frozen=True)
class Run:
    """Which script with which share of the machine; `database` is what odoo.conf names."""

    script: str
    database: str
    share: Share
    workers: int
    spec: Mapping[str, Any]


class Scratch:
    """Made on entering, removed on leaving with everything in it."""

    def __init__(self, cluster: Cluster, release: ReleaseSpec) -> None:
        self._cluster = cluster
        self._release = release
        server = cluster.need(Ref(API_VERSION, "DatabaseServer", "default"))
        self._server = DatabaseServerSpec.model_validate(server["spec"])
        secret = cluster.need(Ref("v1", "Secret", "postgres-superuser", SYSTEM_NAMESPACE))
        self._superuser = base64.b64decode(secret["data"]["password"]).decode()
        authority = cluster.need(Ref("v1", "ConfigMap", "platform-ca", SYSTEM_NAMESPACE))
        self._authority = str(authority["data"]["ca.crt"])

    def __enter__(self) -> Scratch:
        self.remove()
        kube = self._cluster.kube
        kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        # The first pod needs the service account, which controllers make a moment after the namespace.
        while kube.get(Ref("v1", "ServiceAccount", "default", NAMESPACE)) is None:
            time.sleep(0.2)
        kube.apply(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "scripts", "namespace": NAMESPACE},
                "data": {script.name: script.read_text() for script in INSIDE.glob("*.py")},
                "binaryData": {"peer.zip": base64.b64encode(_peer_packages()).decode()},
            }
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def remove(self) -> None:
        where = Ref("v1", "Namespace", NAMESPACE)
        self._cluster.kube.delete(where)
        while self._cluster.kube.get(where) is not None:
            time.sleep(0.5)

    def run(self, run: Run) -> dict[str, float]:
        """What the script reports, and `start`: seconds from asking for the pod to the script's first line.

        Raises RuntimeError with what the script said when it failed.
        """
        role = run.database if run.script == "floor" else SUPERUSER
        password = secrets.token_urlsafe(16) if run.script == "floor" else self._superuser
        name = f"{run.script}-{secrets.token_hex(3)}"
        self._cluster.kube.create(self._conf(name, run, role, password))
        spec = {**run.spec, "database": run.database, "password": password if role != SUPERUSER else ""}
        asked = time.time()
        self._cluster.kube.create(self._pod(name, run, spec))
        result = self._result(name)
        self._cluster.kube.delete(Ref("v1", "Pod", name, NAMESPACE))
        return {**result, "start": result["begun"] - asked}

    def _conf(self, name: str, run: Run, role: str, password: str) -> Manifest:
        tenant = self._files(run, role, password)
        tenant[ADMIN_SERVICE] = self._files(run, SUPERUSER, self._superuser)[Path(pods.SERVICE_FILE).name]
        metadata = {"name": name, "namespace": NAMESPACE}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded(tenant)}

    def _files(self, run: Run, role: str, password: str) -> dict[str, str]:
        access = DatabaseAccess(self._server, run.database, role, password, self._authority)
        master = secrets.token_urlsafe(16)
        return conf_files(self._release, access, master_password=master, workers=run.workers, share=run.share)

    def _pod(self, name: str, run: Run, spec: Mapping[str, Any]) -> Manifest:
        environment = {
            "HOME": "/tmp",  # noqa: S108 a volume of the pod's own
            "ODOO_RC": pods.CONF_FILE,
            "PGSERVICEFILE": pods.SERVICE_FILE,
            "PGSERVICE": SERVICE,
            "BENCH_ADMIN_SERVICE": f"{pods.CONF_FOLDER}/{ADMIN_SERVICE}",
            "BENCH_SPEC": json.dumps(spec),
        }
        container = pods.container(
            run.script, self._release.image, ["python3", f"{SCRIPTS_FOLDER}/{run.script}.py"],
            env=pods.variables(environment), resources=run.share.requirements(),
            volumeMounts=[
                pods.conf_mount(), pods.tmp_mount(), {"name": "data", "mountPath": DATA_FOLDER},
                {"name": "scripts", "mountPath": SCRIPTS_FOLDER, "readOnly": True},
            ],
        )  # fmt: skip
        volumes = [
            pods.conf_volume(name), pods.tmp_volume(), pods.scratch_volume("data", "2Gi"),
            {"name": "scripts", "configMap": {"name": "scripts"}},
        ]  # fmt: skip
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": NAMESPACE},
            "spec": {
                **pods.pod_spec([container], volumes, service_account="default"),
                "restartPolicy": "Never",
                "activeDeadlineSeconds": PATIENCE,
            },
        }

    def _result(self, name: str) -> dict[str, float]:
        where = Ref("v1", "Pod", name, NAMESPACE)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            status = self._cluster.need(where)["status"]
            if status.get("phase") in ("Succeeded", "Failed"):
                return self._read(name, status)
            time.sleep(0.5)
        raise RuntimeError(f"{name} did not end within {PATIENCE} s")

    def _read(self, name: str, status: Manifest) -> dict[str, float]:
        ended = (status.get("containerStatuses") or [{}])[0].get("state", {}).get("terminated", {})
        result = json.loads(ended.get("message") or "{}")
        if ended.get("exitCode") == 0:
            return dict(result)
        log = self._cluster.kube.pod_log(NAMESPACE, name, tail=30)
        raise RuntimeError(f"{name}: {result.get('error') or status.get('message')}\n{log}")


def _peer_packages() -> bytes:
    """click-odoo-contrib and what it needs, pinned by hash, as a zip archive."""
    cache = CachePaths.from_environment(os.environ)
    folder = cache.root / "bench" / "peer"
    uv = cache.boot / "bin" / "uv"
    words = ["pip", "install", "--quiet", "--require-hashes", "--no-deps", "--python-version", PYTHON]
    command = [str(uv), *words, "--python", sys.executable, "--target", str(folder), "-r", str(REQUIREMENTS)]
    subprocess.run(command, check=True)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*.py")):
            archive.write(file, file.relative_to(folder))
    return packed.getvalue()
