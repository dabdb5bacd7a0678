"""What the API server says about itself and about us: its version, and what we may do."""

from dataclasses import dataclass

from controller.adapters.kube_connection import Call, Connection, NotOk
from controller.adapters.kube_errors import refused


@dataclass(frozen=True)
class ClusterReview:
    """Implements controller.core.ports.Review."""

    connection: Connection

    @property
    def server(self) -> str:
        """Address of the API server, as the kubeconfig names it."""
        return self.connection.server

    def version(self) -> str:
        """Such as v1.36.3. Raises UnavailableError when the cluster gives no answer."""
        call = Call("read", "version", "the version of Kubernetes", "GET", "/version")
        return str(self._ask(call)["gitVersion"])

    def may(
        self, verb: str, resource: str, group: str = "", namespace: str | None = None, name: str | None = None
    ) -> bool:
        """Whether we may; `resource` is a plural, with `/subresource` where one is meant."""
        plural, _, subresource = resource.partition("/")
        attributes = {"verb": verb, "resource": plural, "group": group}
        if subresource:
            attributes["subresource"] = subresource
        if namespace:
            attributes["namespace"] = namespace
        if name:
            attributes["name"] = name
        body = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        call = Call("create", "selfsubjectaccessreviews", "a review of our rights", "POST", path, body=body)
        return bool(self._ask(call)["status"].get("allowed", False))

    def _ask(self, call: Call) -> dict[str, dict[str, object]]:
        try:
            answer: dict[str, dict[str, object]] = self.connection.json(call)
        except NotOk as error:
            raise refused(error.refusal, call.verb, call.what) from error
        return answer
