"""What the cluster's own controllers would do with a tenant's objects: pods start, Jobs end, routes are taken.

Plays directly on the fakes' stores, because it is the world and not the operator that acts.
"""

import base64
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

from controller.core.ports import Clock, Ref
from controller.errors import UnavailableError
from provisioning.meta import Manifest
from provisioning.names import TenantNames
from provisioning.objects import modules, stores
from tests.support.fakes import FakeKube, FakeObjectStore, FakePostgres, FakeWeb
from tests.support.fakes.kube_store import Key, Stored

NETWORK_WRITTEN = "what the program apply-stores writes down"
"""Instead of its statement, in a database that does not understand SQL."""
MODULES_WRITTEN = "what the program install-modules brings about"
VOLUME_FINALIZER = "kubernetes.io/pvc-protection"
ACCEPTED = [{"conditions": [{"type": kind, "status": "True"} for kind in ("Accepted", "ResolvedRefs")]}]
NEED_DATABASE = frozenset({"dump", "restore", "template", stores.CONTAINER, modules.CONTAINER})
DUMP = b"PGDMP of one moment"


class Cluster:
    """One `tick` brings everything one step further. The attributes break it on purpose."""

    def __init__(self, kube: FakeKube, postgres: FakePostgres, store: FakeObjectStore, clock: Clock) -> None:
        self._kube, self._postgres, self._store, self._clock = kube, postgres, store, clock
        self.frozen = False
        """Nothing moves: no pod starts, no Job ends, no route is taken."""
        self.missing_images: set[str] = set()
        self.failing_jobs: dict[str, str] = {}
        """What a Job says that fails, by its container's name; it fails as often as it is tried."""
        self.damaged_files: int | None = 0
        """How many attachments an archive finds damaged; None when its Job leaves no result at all."""
        self.exit_code = 1
        """Of Jobs that fail."""
        self.killed: str | None = None
        """Container of a Deployment's pod that takes more memory than it may."""
        self.quota: str | None = None
        """What the cluster says when it takes no more pods, and why."""

    def tick(self) -> None:
        for (_, kind, _, _), stored in [] if self.frozen else list(self._kube._store.items()):
            match kind:
                case "Deployment":
                    self._deployment(stored.manifest)
                case "Job":
                    self._job(stored.manifest)
                case "HTTPRoute":
                    self._set(stored.manifest, {"parents": ACCEPTED})
        for key, stored in self._all("PersistentVolumeClaim"):
            self._volume(key, stored)

    def _all(self, kind: str) -> Iterator[tuple[Key, Stored]]:
        yield from [(key, stored) for key, stored in self._kube._store.items() if key[1] == kind]

    def _set(self, manifest: Manifest, status: Manifest) -> None:
        present = manifest.get("status", {})
        if any(present.get(key) != value for key, value in status.items()):
            self._kube.set_status(Ref.of(manifest), status)

    def _deployment(self, manifest: Manifest) -> None:
        wanted = manifest["spec"].get("replicas", 1)
        if wanted == 0:
            self._remove_pods(manifest)
        pod = manifest["spec"]["template"]["spec"]
        if wanted and any(container["image"] in self.missing_images for container in pod["containers"]):
            self._stuck_pod(manifest)
            wanted = 0
        if wanted and self.killed in [container["name"] for container in pod["containers"]]:
            self._killed_pod(manifest)
            wanted = 0
        if wanted and self.quota:
            refused = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": self.quota}
            self._set(manifest, {"conditions": [refused]})
            wanted = 0
        counts = dict.fromkeys(("replicas", "readyReplicas", "updatedReplicas", "availableReplicas"), wanted)
        self._set(manifest, {"observedGeneration": manifest["metadata"]["generation"], **counts})

    def _remove_pods(self, deployment: Manifest) -> None:
        metadata = deployment["metadata"]
        self._kube._store.pop(("", "Pod", metadata["namespace"], f"{metadata['name']}-1"), None)

    def _stuck_pod(self, deployment: Manifest) -> None:
        self._pod_of(
            deployment, {"name": "web", "state": {"waiting": {"reason": "ErrImagePull", "message": "not found"}}}
        )

    def _killed_pod(self, deployment: Manifest) -> None:
        killed = {"terminated": {"reason": "OOMKilled", "exitCode": 137}}
        waiting = {"waiting": {"reason": "CrashLoopBackOff"}}
        self._pod_of(deployment, {"name": self.killed, "state": waiting, "lastState": killed})

    def _pod_of(self, deployment: Manifest, container: Manifest) -> None:
        metadata, template = deployment["metadata"], deployment["spec"]["template"]
        name, labels = f"{metadata['name']}-1", template["metadata"]["labels"]
        spec = {**template["spec"], "nodeName": "node-1"}
        self._pod(name, metadata["namespace"], labels, {"containerStatuses": [container]}, spec=spec)

    def _pod(  # noqa: PLR0917
        self,
        name: str,
        namespace: str,
        labels: Manifest,
        status: Manifest,
        owner: str = "none",
        spec: Manifest | None = None,
    ) -> None:
        manifest = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": name,
                "namespace": namespace,
                "labels": labels,
                "ownerReferences": [{"uid": owner}],
            },
            "spec": spec or {},
            "status": status,
        }
        self._kube.seed(manifest)

    def _volume(self, key: Key, stored: Stored) -> None:
        metadata = stored.manifest["metadata"]
        if "deletionTimestamp" in metadata:
            self._kube._remove(key)
        elif metadata.get("finalizers") != [VOLUME_FINALIZER]:
            self._kube._store[key] = stored.with_metadata(finalizers=[VOLUME_FINALIZER])

    # Jobs

    def _job(self, job: Manifest) -> None:
        if job.get("status", {}).get("conditions") or not self._mounted(job):
            return
        metadata = job["metadata"]
        (container,) = job["spec"]["template"]["spec"]["containers"]
        said = self.failing_jobs.get(container["name"])
        if said is None:
            said = self._played(job, container)
        message = json.dumps({"error": said} if said else self._result(container["name"]))
        ended = {"message": message, "exitCode": self.exit_code if said else 0}
        status = {"containerStatuses": [{"name": "x", "state": {"terminated": ended}}]}
        labels = {**job["spec"]["template"]["metadata"]["labels"], "job-name": metadata["name"]}
        self._pod(f"{metadata['name'][:50]}-pod", metadata["namespace"], labels, status, metadata["uid"])
        kind = "Failed" if said else "Complete"
        self._set(job, {"conditions": [{"type": kind, "status": "True", "message": "BackoffLimitExceeded"}]})

    def _result(self, verb: str) -> Manifest:
        if verb == stores.CONTAINER:
            return {"made": {"stock.warehouse": 2, "pos.config": 3}, "changed": 1, "left": 0}
        if verb == modules.CONTAINER:
            return {"installed": 17}
        if verb != "archive-files":
            return {"bytes": 7}
        if self.damaged_files is None:
            return {}
        return {"bytes": 7, "files": 12, "damaged": self.damaged_files, "vanished": 0}

    def _mounted(self, job: Manifest) -> bool:
        """A pod whose volumes do not exist never starts."""
        namespace = job["metadata"]["namespace"]
        for volume in job["spec"]["template"]["spec"].get("volumes", []):
            for kind, source, key in (
                ("Secret", "secret", "secretName"),
                ("ConfigMap", "configMap", "name"),
                ("PersistentVolumeClaim", "persistentVolumeClaim", "claimName"),
            ):
                name = volume.get(source, {}).get(key)
                if name and ("", kind, namespace, name) not in self._kube._store:
                    return False
        return True

    def _played(self, job: Manifest, container: Manifest) -> str | None:
        """Do what the Job is for; the reason when it fails."""
        env = {variable["name"]: variable.get("value", "") for variable in container["env"]}
        # Builds name their database's owner, which is called like the database, in the name of their connection.
        database = env.get("SHOPFLEET_DATABASE") or env["PGAPPNAME"].split(":")[1]
        name = container["name"]
        if name in (stores.CONTAINER, modules.CONTAINER):
            database = TenantNames(database).database
        if name in NEED_DATABASE and database not in self._postgres.databases:
            return f"database {database} does not exist"
        match name:
            case stores.CONTAINER:
                digest = json.loads(self._secret(job, stores.DESCRIPTION_KEY))["digest"]
                self._write(database, NETWORK_WRITTEN, digest)
            case modules.CONTAINER:
                self._write(database, MODULES_WRITTEN, *env["INSTALL_MODULES"].split(","))
            case "dump":
                self._upload(job, self._networks(database))
            case "archive-files":
                self._upload(job)
            case "restore" | "restore-files" if not self._downloaded(job):
                return "there is nothing at the address"
            case "restore":
                self._restore(job, database)
            case "template":
                self._postgres.databases[database].objects.add(database)
        return None

    def _write(self, database: str, what: str, *values: str) -> None:
        found = self._postgres.databases[database]
        found.executed.append((found.owner, (what, values)))

    def _networks(self, database: str) -> bytes:
        """Of what is in a database, the only thing that anybody looks for in a copy of it."""
        executed = self._postgres.databases[database].executed
        return json.dumps([values for _, (sql, values) in executed if sql == NETWORK_WRITTEN]).encode()

    def _restore(self, job: Manifest, database: str) -> None:
        bucket, key = self._address(job, "get-url")
        content, _ = self._store.buckets[bucket].objects[key]
        found = self._postgres.databases[database]
        found.objects.add(database)
        written = json.loads(content.removeprefix(DUMP) or b"[]")
        found.executed += [(found.owner, (NETWORK_WRITTEN, tuple(values))) for values in written]

    def _upload(self, job: Manifest, content: bytes = b"") -> None:
        bucket, key = self._address(job, "put-url")
        self._store.buckets[bucket].objects[key] = (DUMP + content, self._clock.now())

    def _downloaded(self, job: Manifest) -> bool:
        bucket, key = self._address(job, "get-url")
        return key in self._store.buckets[bucket].objects

    def _address(self, job: Manifest, which: str) -> tuple[str, str]:
        bucket, _, key = urlsplit(self._secret(job, which)).path.lstrip("/").partition("/")
        return bucket, key

    def _secret(self, job: Manifest, key: str) -> str:
        """What the Secret that is named like the Job says."""
        metadata = job["metadata"]
        secret = self._kube._store["", "Secret", metadata["namespace"], metadata["name"]].manifest
        return base64.b64decode(secret["data"][key]).decode()


class SimulatedWeb(FakeWeb):
    """The gateway: a page for a hostname whose route is taken and whose pods are ready."""

    def __init__(self, kube: FakeKube) -> None:
        super().__init__()
        self._kube = kube

    def status(self, hostname: str, path: str, timeout: float = 10.0) -> int:
        with self.faults.around("status", f"{hostname}{path}"):
            for (_, kind, namespace, name), stored in self._kube._store.items():
                if kind != "HTTPRoute" or hostname not in stored.manifest["spec"]["hostnames"]:
                    continue
                if name == "redirect":
                    return 308
                web = self._kube._store.get(("apps", "Deployment", namespace, "web"))
                ready = web is not None and web.manifest.get("status", {}).get("readyReplicas", 0) > 0
                return 200 if ready and stored.manifest.get("status") else 503
            raise UnavailableError(f"https://{hostname}{path} gave no answer.")
