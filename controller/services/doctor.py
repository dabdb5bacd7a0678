"""Examines a cluster: reads everything that can be wrong and lets controller.core.findings judge it."""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from controller.core import findings
from controller.core.findings import Finding, Level
from controller.core.ports import Clock, Kube, Ref, Review
from controller.errors import RefusedError, ShopfleetError
from controller.services.platform_settings import settings_from_cluster
from controller.services.resources import Resources
from provisioning.crd import crds
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import GROUP, SYSTEM_NAMESPACE, Manifest
from provisioning.names import FIRST_PASSWORDS_SECRET, OPERATOR_LEASE
from provisioning.platform.settings import GATEWAY_NAMESPACE
from provisioning.procedure import Procedure
from provisioning.settings import GatewaySettings, PlatformSettings
from provisioning.tenant import Tenant

CERTIFICATE_SECRETS = ("gateway-tls", "postgres-tls", "objectstore-tls")


@dataclass(frozen=True)
class Right:
    """What the command line needs, and for what."""

    verb: str
    resource: str
    purpose: str
    group: str = ""
    name: str | None = None

    def __str__(self) -> str:
        group = f".{self.group}" if self.group else ""
        return f"{self.verb} {self.resource}{group}{f'/{self.name}' if self.name else ''}"


RIGHTS = (
    Right("list", "tenants", "see tenants", GROUP),
    Right("create", "tenants", "create and clone tenants", GROUP),
    Right("patch", "tenants", "change tenants", GROUP),
    Right("delete", "tenants", "delete tenants", GROUP),
    Right("list", "procedures", "follow what happens", GROUP),
    Right("patch", "procedures", "cancel and retry", GROUP),
    Right("create", "procedures", "make new passwords", GROUP),
    Right("create", "auditrecords", "change anything at all, as nothing happens without a record", GROUP),
    Right("get", "secrets", "show passwords", name=FIRST_PASSWORDS_SECRET),
    Right("patch", "secrets", "show passwords, each only once", name=FIRST_PASSWORDS_SECRET),
    Right("get", "pods/log", "show logs"),
    Right("create", "pods/exec", "open shells"),
)


@dataclass(frozen=True)
class Doctor:
    """Examines the cluster as this person sees it; `namespace` is their partner's."""

    kube: Kube
    review: Review
    clock: Clock
    namespace: str

    def examine(self) -> list[Finding]:
        """All findings, one check after the other. A check that cannot be made is a finding too."""
        try:
            version = self.review.version()
        except ShopfleetError as error:
            why = "nothing else can be checked"
            return [Finding("cluster", Level.ERROR, error.message, why, error.hint or "check the kubeconfig")]
        checks: list[tuple[str, Callable[[], Iterable[Finding]]]] = [
            ("cluster", lambda: [findings.kubernetes(version)]),
            ("rights", self._rights),
            ("definitions", self._definitions),
            ("operator", self._operator),
            ("parts", self._parts),
            ("database", lambda: findings.database_servers(self._resources.all(DatabaseServer))),
            ("gateway", self._gateway),
            ("certificates", self._certificates),
            ("storage", self._storage),
            ("network policies", self._network_policies),
            ("tenants", lambda: findings.tenants(self._resources.all(Tenant))),
            ("procedures", self._procedures),
        ]
        return [found for name, check in checks for found in _attempt(name, check)]

    @property
    def _resources(self) -> Resources:
        return Resources(self.kube)

    def _rights(self) -> Iterable[Finding]:
        missing = [
            Finding(
                "rights",
                Level.WARNING,
                f"you may not {right}",
                f"needed to {right.purpose}",
                f"kubectl auth can-i {right} -n {self.namespace}",
            )
            for right in RIGHTS
            if not self.review.may(right.verb, right.resource, right.group, self.namespace, right.name)
        ]
        return missing or [findings.fine("rights", "you may do all that the command line offers")]

    def _definitions(self) -> Iterable[Finding]:
        present = self.kube.list("apiextensions.k8s.io/v1", "CustomResourceDefinition")
        return findings.definitions(crds(), present)

    def _operator(self) -> Iterable[Finding]:
        lease = self.kube.get(Ref("coordination.k8s.io/v1", "Lease", OPERATOR_LEASE, SYSTEM_NAMESPACE))
        return [findings.lease(lease, self.clock.now())]

    def _parts(self) -> Iterable[Finding]:
        return findings.workloads(
            each
            for namespace in (SYSTEM_NAMESPACE, GATEWAY_NAMESPACE)
            for kind in ("Deployment", "StatefulSet")
            for each in self.kube.list("apps/v1", kind, namespace)
        )

    def _gateway(self) -> Iterable[Finding]:
        settings = self._settings()
        wanted = settings.gateway if settings else GatewaySettings()
        where = Ref("gateway.networking.k8s.io/v1", "Gateway", wanted.name, wanted.namespace)
        return [findings.gateway(self.kube.get(where))]

    def _certificates(self) -> Iterable[Finding]:
        expiries: dict[str, datetime] = {}
        for name in CERTIFICATE_SECRETS:
            secret = self.kube.get(Ref("v1", "Secret", name, SYSTEM_NAMESPACE))
            if secret is not None:
                expiries[f"certificate {name}"] = _expiry(secret)
        return findings.certificates(expiries, self.clock.now())

    def _storage(self) -> Iterable[Finding]:
        settings = self._settings()
        classes = self.kube.list("storage.k8s.io/v1", "StorageClass")
        return [findings.storage(settings.storage_class if settings else None, classes)]

    def _network_policies(self) -> Iterable[Finding]:
        return [findings.network_policies(self.kube.list("apps/v1", "DaemonSet"))]

    def _procedures(self) -> Iterable[Finding]:
        owners = self._resources.all(Tenant)
        return findings.procedures(self._resources.all(Procedure), owners, self.clock.now())

    def _settings(self) -> PlatformSettings | None:
        return settings_from_cluster(self.kube)


def _attempt(name: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except RefusedError as error:
        # Whoever may not look is no proof that something is wrong.
        why = "it could not be looked at"
        return [Finding(name, Level.WARNING, error.message, why, error.hint or "ask for the right to see it")]
    except ShopfleetError as error:
        return [Finding(name, Level.ERROR, error.message, "it could not be looked at", error.hint or "try again")]


def _expiry(secret: Manifest) -> datetime:
    """Raises RefusedError when the Secret holds no certificate."""
    # Only here, because loading it takes as long as most commands.
    from cryptography import x509  # noqa: PLC0415

    try:
        content = base64.b64decode(secret["data"]["tls.crt"])
        return x509.load_pem_x509_certificate(content).not_valid_after_utc
    except (KeyError, ValueError) as error:
        raise RefusedError(f"Secret {secret['metadata']['name']} holds no certificate: {error}") from error
