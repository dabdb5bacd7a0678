"""When a part is ready: what to read, and what the answer means. Decides on data; reading is the installer's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from provisioning.meta import Manifest


@dataclass(frozen=True)
class Ready:
    pass


@dataclass(frozen=True)
class Waiting:
    reason: str


@dataclass(frozen=True)
class Failed:
    """It will not become ready by waiting."""

    reason: str


Verdict = Ready | Waiting | Failed


@dataclass(frozen=True)
class Check:
    """One object that has to be in some state. Subclasses say which kind and which state."""

    name: str
    namespace: str | None = None
    api_version: str = field(default="", init=False)
    kind: str = field(default="", init=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"

    def verdict(self, manifest: Manifest | None) -> Verdict:
        """What the object says of itself; None is an object that does not exist (yet)."""
        if manifest is None:
            return Waiting("does not exist yet")
        return self._judge(manifest)

    def pod_selector(self, manifest: Manifest) -> Mapping[str, str]:
        """Labels of the pods whose trouble explains why this is not ready; empty when it has none."""
        selector = manifest.get("spec", {}).get("selector") or {}
        found: Mapping[str, str] = selector.get("matchLabels", {})
        return found

    def _judge(self, manifest: Manifest) -> Verdict:
        raise NotImplementedError


@dataclass(frozen=True)
class DeploymentAvailable(Check):
    api_version: str = field(default="apps/v1", init=False)
    kind: str = field(default="Deployment", init=False)

    def _judge(self, manifest: Manifest) -> Verdict:
        if unseen := _not_yet_observed(manifest):
            return unseen
        status, wanted = manifest["status"], manifest["spec"].get("replicas", 1)
        for word, count in (
            ("updated", status.get("updatedReplicas", 0)),
            ("available", status.get("availableReplicas", 0)),
        ):
            if count < wanted:
                return Waiting(f"{count} of {wanted} {word}")
        # An old pod that still runs holds what the new one needs: ports, a volume, the lease.
        left = status.get("replicas", 0) - wanted
        return Waiting(f"{left} old pods left") if left > 0 else Ready()


@dataclass(frozen=True)
class StatefulSetReady(Check):
    api_version: str = field(default="apps/v1", init=False)
    kind: str = field(default="StatefulSet", init=False)

    def _judge(self, manifest: Manifest) -> Verdict:
        if unseen := _not_yet_observed(manifest):
            return unseen
        status, wanted = manifest["status"], manifest["spec"].get("replicas", 1)
        ready, updated = status.get("readyReplicas", 0), status.get("updatedReplicas", 0)
        if min(ready, updated) < wanted:
            return Waiting(f"{ready} of {wanted} ready, {updated} up to date")
        return Ready()


@dataclass(frozen=True)
class JobComplete(Check):
    api_version: str = field(default="batch/v1", init=False)
    kind: str = field(default="Job", init=False)

    def _judge(self, manifest: Manifest) -> Verdict:
        failed = _condition(manifest, "Failed")
        if failed and failed["status"] == "True":
            return Failed(failed.get("message") or failed.get("reason") or "the job failed")
        if _is_true(manifest, "Complete"):
            return Ready()
        failures = manifest.get("status", {}).get("failed", 0)
        return Waiting(f"running, {failures} attempts failed" if failures else "running")


@dataclass(frozen=True)
class CRDEstablished(Check):
    api_version: str = field(default="apiextensions.k8s.io/v1", init=False)
    kind: str = field(default="CustomResourceDefinition", init=False)

    def _judge(self, manifest: Manifest) -> Verdict:
        refused = _condition(manifest, "NamesAccepted")
        if refused and refused["status"] == "False":
            return Failed(f"names refused: {refused.get('message', '')}")
        return Ready() if _is_true(manifest, "Established") else Waiting("not established")


@dataclass(frozen=True)
class GatewayProgrammed(Check):
    api_version: str = field(default="gateway.networking.k8s.io/v1", init=False)
    kind: str = field(default="Gateway", init=False)

    def _judge(self, manifest: Manifest) -> Verdict:
        condition = _condition(manifest, "Programmed")
        generation = manifest["metadata"].get("generation", 0)
        if condition is None or condition.get("observedGeneration", 0) < generation:
            return Waiting("no controller has looked at it yet")
        if condition["status"] == "True":
            return Ready()
        return Waiting(f"{condition.get('reason', 'not programmed')}: {condition.get('message', '')}".rstrip(": "))


@dataclass(frozen=True)
class AnnotationSet(Check):
    """A ConfigMap that carries a non-empty annotation: Patroni keeps its state in such."""

    key: str = ""
    api_version: str = field(default="v1", init=False)
    kind: str = field(default="ConfigMap", init=False)

    def _judge(self, manifest: Manifest) -> Verdict:
        value = manifest["metadata"].get("annotations", {}).get(self.key)
        return Ready() if value else Waiting(f"{self.key} not set yet")


def _not_yet_observed(manifest: Manifest) -> Waiting | None:
    observed = manifest.get("status", {}).get("observedGeneration", 0)
    if observed < manifest["metadata"].get("generation", 0):
        return Waiting("its controller has not seen the change yet")
    return None


def _condition(manifest: Manifest, name: str) -> dict[str, Any] | None:
    conditions: list[dict[str, Any]] = manifest.get("status", {}).get("conditions") or []
    return next((condition for condition in conditions if condition["type"] == name), None)


def _is_true(manifest: Manifest, name: str) -> bool:
    condition = _condition(manifest, name)
    return condition is not None and condition["status"] == "True"
