"""Certificates that have ended, of everybody we talk with: what is said of them, and that nothing is lost."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from typer.testing import CliRunner

from controller.adapters.effects import Unfenced
from controller.adapters.objectstore import S3Adapter
from controller.cli.app import app
from controller.core.ports import Ref
from controller.errors import ExitCode, UnavailableError
from controller.jobs.transfer import upload
from controller.services.objects import TenantObjectService
from controller.services.outside import BACKUP_BUCKET
from provisioning.databaseserver import DatabaseServer
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import ConditionStatus
from provisioning.names import CRON, WEB
from provisioning.procedure import ProcedurePhase, StepPhase
from provisioning.tenant import Tenant
from tests.support.certificates import DAY, Authority, KeyPair
from tests.support.parts import Parts, parts, phase_of
from tests.support.restored import restored_logs
from tests.support.servers import objectstore
from tests.support.servers.objectstore import ObjectStoreServer
from tests.support.servers.postgres import PostgresServer

__all__ = ["restored_logs"]

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("restored_logs")]

ENDED = timedelta(days=-1)
SAID_END = "certificate has expired"


def existing(folder: Path, place: Path) -> Authority:
    """The authority that is kept in the folder, to issue more certificates into `place`."""
    return Authority(place, of=KeyPair(folder / "ca.crt", folder / "ca.key"))


# Of a person


@pytest.fixture
def ended_kubeconfig(api_server: ControlPlane, tmp_path: Path) -> Path:
    """By a client certificate of the cluster's own authority that ended yesterday."""
    pair = existing(api_server.folder / "pki", tmp_path).issue("ana", valid=ENDED)
    content = yaml.safe_load(api_server.kubeconfig.read_text())
    files = {"client-certificate-data": pair.certificate, "client-key-data": pair.key}
    content["users"][0]["user"] = {
        key: base64.b64encode(file.read_bytes()).decode() for key, file in files.items()
    }
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(content))
    return path


@pytest.mark.parametrize("words", [["tenant", "list"], ["tenant", "logs", "rua"]])
def test_a_person_whose_certificate_has_ended_is_told_when(ended_kubeconfig: Path, words: list[str]) -> None:
    done = CliRunner().invoke(app, ["--kubeconfig", str(ended_kubeconfig), *words], catch_exceptions=False)
    assert done.exit_code == ExitCode.REFUSED
    error, hint = done.stderr.strip().splitlines()
    assert f"the client certificate in kubeconfig {ended_kubeconfig} ended on {end_of(ended_kubeconfig)}" in error
    assert "new kubeconfig" in hint
    assert "shopfleet local up" in hint


def test_an_installer_whose_certificate_has_ended_is_sent_to_the_doctor(ended_kubeconfig: Path) -> None:
    done = CliRunner().invoke(app, ["--kubeconfig", str(ended_kubeconfig), "install", "--yes"])
    assert done.exit_code == ExitCode.REFUSED
    error, hint = done.stderr.strip().splitlines()
    assert "Unauthorized" in error
    assert "shopfleet doctor" in hint


def test_doctor_finds_the_persons_certificate(ended_kubeconfig: Path) -> None:
    words = ["--kubeconfig", str(ended_kubeconfig), "--output", "json", "doctor"]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == ExitCode.FAILED
    (finding,) = json.loads(done.stdout)
    assert f"ended on {end_of(ended_kubeconfig)}" in finding["what"]
    assert "shopfleet local up" in finding["next"]


def end_of(kubeconfig: Path) -> str:
    """The day on which its certificate ended; by the clock it is another one after midnight."""
    user = yaml.safe_load(kubeconfig.read_text())["users"][0]["user"]
    certificate = x509.load_pem_x509_certificate(base64.b64decode(user["client-certificate-data"]))
    return f"{certificate.not_valid_after_utc:%Y-%m-%d}"


# Of a database server


@pytest.fixture
def cluster(api_server: ControlPlane, postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Parts]:
    with parts(api_server, "certified", tmp_path, postgres_server.target()) as found:
        yield found


def test_a_database_servers_expired_certificate_is_named_and_nothing_is_made(
    cluster: Parts, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    expired = existing(postgres_server.folder, tmp_path).issue("server", "localhost", valid=ENDED)
    with postgres_server.showing(expired):
        status, said = look(cluster)
        assert status is ConditionStatus.FALSE
        assert SAID_END in said
        assert "Renew the server's certificate" in said
        tenant = cluster.create("late")
        procedure = cluster.work("late")
        assert procedure.status.phase is ProcedurePhase.FAILED
        for text in (procedure.status.message, cluster.shown("late")["message"]):
            assert "spec.databaseServer: certified does not answer" in text
            assert SAID_END in text
            assert "Renew the server's certificate" in text
        assert cluster.kube.get(Ref("v1", "Namespace", tenant.names.namespace)) is None
    assert look(cluster)[0] is ConditionStatus.TRUE
    cluster.ok("procedure", "retry", procedure.metadata.name, "--no-wait")
    again = cluster.work("late", lambda each: phase_of(each, "validate") is StepPhase.DONE)
    assert again.metadata.name == procedure.metadata.name


def test_a_database_server_of_a_stranger_is_named_with_the_field(
    cluster: Parts, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    with postgres_server.showing(Authority(tmp_path, "stranger").issue("server", "localhost")):
        status, said = look(cluster)
    assert status is ConditionStatus.FALSE
    assert "unable to get local issuer certificate" in said
    assert "caConfigMap" in said


def test_a_database_server_of_another_name_is_named_with_the_field(
    cluster: Parts, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    with postgres_server.showing(existing(postgres_server.folder, tmp_path).issue("server", "elsewhere")):
        status, said = look(cluster)
    assert status is ConditionStatus.FALSE
    assert 'server certificate for "elsewhere" does not match host name "localhost"' in said
    assert "the DatabaseServer's host" in said


def look(cluster: Parts) -> tuple[ConditionStatus, str]:
    """What the operator writes of the server, and why."""
    cluster.clock.advance(60)
    cluster.platform.database_server(cluster.partner)
    (condition,) = cluster.resources.need(DatabaseServer, cluster.partner).status.conditions
    return condition.status, condition.message


# Of the object store


@pytest.fixture(scope="module")
def expired_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStoreServer]:
    folder = tmp_path_factory.mktemp("expired")
    with objectstore.serving(folder, Authority(folder / "pki"), valid=ENDED) as server:
        yield server


def adapter(server: ObjectStoreServer, ca_file: Path) -> S3Adapter:
    keys = (server.endpoint, server.access_key, server.secret_key)
    return S3Adapter(*keys, effects=Unfenced(), ca_file=ca_file)


def with_shop(cluster: Parts, name: str) -> Tenant:
    """A provisioned tenant with its Secrets, Deployments and database."""
    tenant = cluster.create_provisioned(name)
    TenantObjectService(cluster.outside).ensure_secrets(tenant)
    for component in (WEB, CRON):
        pod = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "odoo", "image": "odoo"}]}}
        spec = {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": pod}
        place = {"name": component, "namespace": tenant.names.namespace}
        cluster.kube.apply({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": place, "spec": spec})
    cluster.server().create_database(tenant.names.database)
    return tenant


@dataclass(frozen=True)
class Distrust:
    """A store whose certificate is not believed: what is said against it, and the way out."""

    store: S3Adapter
    said: str
    way_out: str


@pytest.fixture(params=["expired", "of a stranger"])
def distrust(
    request: pytest.FixtureRequest,
    object_store_server: ObjectStoreServer,
    expired_store: ObjectStoreServer,
    tmp_path: Path,
) -> Distrust:
    if request.param == "expired":
        return Distrust(adapter(expired_store, expired_store.ca_file), SAID_END, "Renew")
    stranger = Authority(tmp_path, "stranger").ca_file
    return Distrust(
        adapter(object_store_server, stranger), "certificate verify failed", "platform's own authority"
    )


def test_a_tenant_is_not_even_stopped_when_its_backup_cannot_be_stored(
    api_server: ControlPlane, postgres_server: PostgresServer, distrust: Distrust, tmp_path: Path
) -> None:
    with parts(api_server, "stored", tmp_path, postgres_server.target(), store=distrust.store) as cluster:
        tenant = with_shop(cluster, "rua")
        cluster.ok("tenant", "delete", "rua", "--confirm", "rua", "--no-wait")
        procedure = cluster.work("rua")
        assert procedure.status.phase is ProcedurePhase.FAILED
        for text in (procedure.status.message, cluster.shown("rua")["message"]):
            assert distrust.store.endpoint in text
            assert distrust.said in text
            assert distrust.way_out in text
        for component in (WEB, CRON):
            found = cluster.kube.get(Ref("apps/v1", "Deployment", component, tenant.names.namespace))
            assert found is not None
            assert found["spec"]["replicas"] == 1
        assert cluster.server().database_exists(tenant.names.database)
        cluster.server().drop_database(tenant.names.database)


def test_a_job_says_that_the_stores_certificate_has_expired(
    expired_store: ObjectStoreServer, tmp_path: Path
) -> None:
    dump = tmp_path / "dump"
    dump.write_bytes(b"content")
    url = adapter(expired_store, expired_store.ca_file).presign_put(BACKUP_BUCKET, "dump", DAY)
    pauses: list[float] = []
    with pytest.raises(UnavailableError, match=SAID_END) as caught:
        upload(dump, url, pauses.append, ca_file=expired_store.ca_file)
    assert "Signature" not in caught.value.message
    assert pauses
