"""What the platform says about a wrong kubeconfig, a missing right or kind, and an absent API server."""

import base64
import copy
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.adapters.effects import Unfenced
from controller.adapters.kube import KubeAdapter, connect
from controller.adapters.kube_connection import Call
from controller.core.ports import Ref
from controller.errors import RefusedError, UnavailableError, UserError
from provisioning.crd import crds
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import API_VERSION, Manifest
from tests.support.certificates import Authority
from tests.support.eventually import eventually
from tests.support.servers.https import https_server
from tests.support.servers.processes import free_port

pytestmark = pytest.mark.integration

Edit = Callable[[dict[str, Any]], None]


def kubeconfig(api_server: ControlPlane, folder: Path, edit: Edit) -> Path:
    """The administrator's with one thing changed in it."""
    content = yaml.safe_load(api_server.kubeconfig.read_text())
    edit(content)
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(content))
    return path


def cluster_of(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["clusters"][0]["cluster"]
    return found


def reach(path: Path, **options: Any) -> Manifest | None:
    return connect(path, effects=Unfenced(), **options).get(Ref("v1", "Namespace", "default"))


@pytest.fixture
def kube(api_server: ControlPlane) -> KubeAdapter:
    return connect(api_server.kubeconfig, effects=Unfenced())


def test_a_missing_kubeconfig_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"absent\.yaml") as caught:
        connect(tmp_path / "absent.yaml", effects=Unfenced())
    assert "--kubeconfig" in (caught.value.hint or "")


@pytest.mark.parametrize("content", ["", "just text", "{", "clusters: []\n", "apiVersion: v1\nkind: Config\n"])
def test_a_file_that_is_no_kubeconfig_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(content)
    with pytest.raises(UserError, match=r"broken\.yaml"):
        connect(path, effects=Unfenced())


def test_an_unknown_context_is_named(api_server: ControlPlane) -> None:
    with pytest.raises(UserError, match="no-such-context"):
        connect(api_server.kubeconfig, "no-such-context", effects=Unfenced())


def test_a_cluster_that_is_not_there(api_server: ControlPlane, tmp_path: Path) -> None:
    port = free_port()
    path = kubeconfig(
        api_server, tmp_path, lambda each: cluster_of(each).update(server=f"https://127.0.0.1:{port}")
    )
    with pytest.raises(UnavailableError, match=f":{port} cannot be reached, nothing listens there") as caught:
        reach(path)
    assert str(path) in (caught.value.hint or "")


def test_a_name_that_does_not_resolve(api_server: ControlPlane, tmp_path: Path) -> None:
    path = kubeconfig(
        api_server, tmp_path, lambda each: cluster_of(each).update(server="https://no-such.invalid:6443")
    )
    with pytest.raises(UnavailableError, match="does not resolve"):
        reach(path)


def test_an_authority_of_another_cluster(api_server: ControlPlane, tmp_path: Path) -> None:
    stranger = base64.b64encode(Authority(tmp_path).ca_file.read_bytes()).decode()
    path = kubeconfig(
        api_server, tmp_path, lambda each: cluster_of(each).update({"certificate-authority-data": stranger})
    )
    with pytest.raises(UnavailableError, match="TLS failed") as caught:
        reach(path)
    assert "right cluster" in (caught.value.hint or "")


def test_an_expired_certificate_of_the_server(api_server: ControlPlane, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    expired = authority.issue("server", "127.0.0.1", valid=timedelta(days=-1))
    data = base64.b64encode(authority.ca_file.read_bytes()).decode()
    with https_server(expired, {}) as port:
        server = f"https://127.0.0.1:{port}"
        path = kubeconfig(
            api_server,
            tmp_path,
            lambda each: cluster_of(each).update({"server": server, "certificate-authority-data": data}),
        )
        with pytest.raises(UnavailableError, match="its certificate has expired") as caught:
            reach(path)
    assert "renew" in (caught.value.hint or "")


def test_something_that_is_no_api_server(api_server: ControlPlane, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    pair = authority.issue("server", "127.0.0.1")
    data = base64.b64encode(authority.ca_file.read_bytes()).decode()
    with https_server(pair, {("anything", "/"): 200}) as port:
        server = f"https://127.0.0.1:{port}"
        path = kubeconfig(
            api_server,
            tmp_path,
            lambda each: cluster_of(each).update({"server": server, "certificate-authority-data": data}),
        )
        with pytest.raises(RefusedError, match="does not know the kind Namespace"):
            reach(path)


def test_a_server_that_accepts_and_never_answers(api_server: ControlPlane, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = f"https://127.0.0.1:{silent.getsockname()[1]}"
        path = kubeconfig(api_server, tmp_path, lambda each: cluster_of(each).update(server=server))
        with pytest.raises(UnavailableError, match="no answer in time"):
            reach(path, read_timeout=0.5)


def test_wrong_credentials(api_server: ControlPlane, tmp_path: Path) -> None:
    def use_token(content: dict[str, Any]) -> None:
        content["users"][0]["user"] = {"token": "canary-token"}

    with pytest.raises(RefusedError, match="credentials") as caught:
        reach(kubeconfig(api_server, tmp_path, use_token))
    assert "kubectl auth whoami" in (caught.value.hint or "")
    assert "canary-token" not in f"{caught.value} {caught.value.hint}"


def test_a_forbidden_verb_names_verb_resource_and_user(
    api_server: ControlPlane, kube: KubeAdapter, tmp_path: Path
) -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "weak", "namespace": "default"}}
    kube.apply(account)
    token = _token_of(kube, "weak")

    def use_token(content: dict[str, Any]) -> None:
        content["users"][0]["user"] = {"token": token}

    weak = connect(kubeconfig(api_server, tmp_path, use_token), effects=Unfenced())
    assert weak.user() == "system:serviceaccount:default:weak"
    with pytest.raises(RefusedError, match=r"may not list tenants\.shopfleet\.dev") as caught:
        weak.list(API_VERSION, "Tenant", "default")
    hint = caught.value.hint or ""
    assert "kubectl auth can-i list tenants.shopfleet.dev --namespace default" in hint
    assert "--as=system:serviceaccount:default:weak" in hint
    about = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "default"}}
    weak.event(about, "Tested", "An event that must not be written is only logged.")


def _token_of(kube: KubeAdapter, account: str) -> str:
    path = f"/api/v1/namespaces/default/serviceaccounts/{account}/token"
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    answer = kube.connection.json(Call("create", "token", "a token", "POST", path, body=body))
    return str(answer["status"]["token"])


def test_a_field_that_the_schema_refuses_is_named(kube: KubeAdapter) -> None:
    wrong = {
        "apiVersion": API_VERSION,
        "kind": "Plan",
        "metadata": {"name": "wrong"},
        "spec": {"workers": "many"},
    }
    for attempt in (kube.apply, kube.create, kube.dry_run):
        with pytest.raises(RefusedError, match=r"Plan wrong.*workers"):
            attempt(wrong)
    assert kube.get(Ref(API_VERSION, "Plan", "wrong")) is None


def test_a_kind_that_is_removed_and_installed_again(api_server: ControlPlane, kube: KubeAdapter) -> None:
    """The cached discovery neither lies about a removed kind nor misses a new one."""
    definition = copy.deepcopy(next(each for each in crds() if each["spec"]["names"]["kind"] == "Plan"))
    text = yaml.safe_dump(definition).replace("shopfleet.dev", "removed.test")
    definition = yaml.safe_load(text)
    ref = Ref.of(definition)
    with pytest.raises(RefusedError, match="does not know the kind Plan"):
        kube.list("removed.test/v1alpha1", "Plan")
    kube.apply(definition)
    eventually(lambda: kube.list("removed.test/v1alpha1", "Plan") == [])
    kube.delete(ref)
    eventually(lambda: kube.get(ref) is None)

    def refused() -> bool:
        with pytest.raises(RefusedError, match="does not know the kind Plan"):
            kube.list("removed.test/v1alpha1", "Plan")
        return True

    eventually(refused)


def test_long_lists_come_in_pages(kube: KubeAdapter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("controller.adapters.kube.PAGE", 3)
    label = {"shopfleet.dev/test": "pages"}
    for number in range(8):
        metadata = {"name": f"page-{number}", "namespace": "default", "labels": label}
        kube.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    before = kube.calls["list configmaps"]
    found = kube.list("v1", "ConfigMap", "default", label)
    assert [each["metadata"]["name"] for each in found] == [f"page-{number}" for number in range(8)]
    assert kube.calls["list configmaps"] - before == 3


def test_calls_are_counted_by_verb_and_resource(kube: KubeAdapter) -> None:
    ref = Ref("v1", "Namespace", "default")
    kube.get(ref)
    kube.get(ref)
    assert kube.calls["get namespaces"] == 2
    assert kube.calls["discover v1"] == 1
