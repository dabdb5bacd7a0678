"""What holds for every tenant's objects, whatever its plan."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.bundle import PRUNABLE, TenantObjects, tenant_url
from provisioning.databaseserver import SslMode
from provisioning.meta import ANNOTATION_CONFIG_HASH, LABEL_MANAGED_BY, LABEL_TENANT_ID, Manifest
from provisioning.objects import probes
from provisioning.objects.odoo import DATABASE_WAIT, LEAVE, REQUEST_LIMIT, TERMINATION_GRACE
from provisioning.plan import PlanSpec, connections_needed, quantity
from provisioning.tenant import Environment
from provisioning.tenant_secrets import MissingSecretError, TenantSecrets
from tests.unit.provisioning.samples import (
    SECRETS,
    SETTINGS,
    built,
    bundle,
    environment,
    example,
    inputs,
    of_kind,
    plan_spec,
    pod_specs,
)
from tests.unit.release.images.loading import runtime


@st.composite
def plans(draw: st.DrawFn) -> PlanSpec:
    minimum = draw(st.integers(1, 20))
    maximum = draw(st.integers(minimum, 20))
    memory = draw(st.sampled_from(["1Gi", "1536Mi", "4G", "16Gi"]))
    cpu = draw(st.sampled_from([("50m", "1"), ("0.25", "2500m"), ("2", "8")]))
    return plan_spec(
        draw(st.integers(2, 16)), minimum, maximum, memory=memory, cpu_request=cpu[0], cpu_limit=cpu[1]
    )


def containers(objects: TenantObjects) -> list[Manifest]:
    return [container for spec in pod_specs(objects.all()) for container in spec["containers"]]


def test_building_twice_gives_the_same() -> None:
    assert bundle().all() == bundle().all()


def test_the_order_of_application() -> None:
    kinds = [manifest["kind"] for manifest in bundle().all()]
    for earlier, later in (
        ("Namespace", "ServiceAccount"),
        ("ResourceQuota", "PersistentVolumeClaim"),
        ("NetworkPolicy", "Secret"),
        ("Secret", "Deployment"),
        ("Service", "Deployment"),
        ("Deployment", "HTTPRouteFilter"),
        ("HTTPRouteFilter", "BackendTrafficPolicy"),
        ("BackendTrafficPolicy", "HTTPRoute"),
    ):
        assert max(i for i, kind in enumerate(kinds) if kind == earlier) < kinds.index(later)


def test_every_object_is_named_once_labelled_and_in_the_tenants_namespace() -> None:
    objects = bundle().all()
    assert len({(one["kind"], one["metadata"]["name"]) for one in objects}) == len(objects)
    for manifest in objects:
        metadata = manifest["metadata"]
        assert metadata["labels"][LABEL_TENANT_ID] == "at3lierrua"
        assert metadata["labels"][LABEL_MANAGED_BY] == "shopfleet"
        place = metadata["name"] if manifest["kind"] == "Namespace" else metadata["namespace"]
        assert place == "sf-at3lierrua"
        assert len(metadata["name"]) <= 63
        assert all(len(value) <= 63 for value in metadata["labels"].values())


def test_a_tenant_without_an_id_cannot_be_built() -> None:
    tenant = example()
    spec = tenant.spec.model_copy(update={"id": None})
    with pytest.raises(ValueError, match="has no id yet"):
        built(inputs(), tenant=tenant.model_copy(update={"spec": spec}))


def test_every_container_is_restricted_limited_and_pinned() -> None:
    found = containers(bundle())
    assert [container["name"] for container in found] == ["odoo", "gevent", "cron"]
    for container in found:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        resources = container["resources"]
        for kind in ("cpu", "memory"):
            assert quantity(resources["requests"][kind]) <= quantity(resources["limits"][kind])
        assert not container["image"].endswith(":latest")
        assert container["imagePullPolicy"] == "IfNotPresent"


def test_every_pod_runs_as_nobody_in_particular_without_a_token() -> None:
    for spec in pod_specs(bundle().all()):
        context = spec["securityContext"]
        assert context["runAsNonRoot"] is True
        assert context["runAsUser"] == context["runAsGroup"] == context["fsGroup"] == 10001
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()


def test_everything_a_pod_mounts_is_in_the_bundle() -> None:
    objects = bundle().all()
    names = {(one["kind"], one["metadata"]["name"]) for one in objects}
    for spec in pod_specs(objects):
        assert ("ServiceAccount", spec["serviceAccountName"]) in names
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        for volume in volumes.values():
            if "secret" in volume:
                assert ("Secret", volume["secret"]["secretName"]) in names
            if "configMap" in volume:
                assert ("ConfigMap", volume["configMap"]["name"]) in names
            if "persistentVolumeClaim" in volume:
                assert ("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]) in names
        for container in spec["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} <= volumes.keys()


def test_services_and_budget_find_the_web_pods_only() -> None:
    objects = bundle()
    template = objects.web["spec"]["template"]
    labels = template["metadata"]["labels"]
    ports = {port["name"] for one in template["spec"]["containers"] for port in one["ports"]}
    for service in objects.services:
        assert service["spec"]["selector"].items() <= labels.items()
        assert service["spec"]["ports"][0]["targetPort"] in ports
        assert (
            not service["spec"]["selector"].items()
            <= objects.cron["spec"]["template"]["metadata"]["labels"].items()
        )
    assert objects.disruption_budget["spec"]["selector"]["matchLabels"].items() <= labels.items()


def test_replicas_follow_the_plan_and_stop_when_suspended() -> None:
    running, asleep = bundle("northlight"), bundle("northlight", suspended=True)
    assert [one["spec"]["replicas"] for one in (running.web, running.cron)] == [2, 1]
    assert [one["spec"]["replicas"] for one in (asleep.web, asleep.cron)] == [0, 0]
    # Suspending changes nothing else, least of all the pods' template.
    assert asleep.web["spec"]["template"] == running.web["spec"]["template"]
    assert asleep.foundation() == running.foundation()


def test_queued_jobs_run_in_one_pod_that_nobody_else_can_ask() -> None:
    """Who runs them follows from the role alone; see test_job_settings_of_each_role."""
    objects = bundle()
    assert "PLATFORM_JOB_WORKERS" not in {name for one in web_containers(objects) for name in environment(one)}
    spec = objects.cron["spec"]
    (cron,) = spec["template"]["spec"]["containers"]
    assert [one["command"][-1] for one in [*web_containers(objects), cron]] == ["web", "gevent", "cron"]
    assert [one["name"] for one in cron["ports"]] == ["health"]
    # What runs is finished, or cut off, before another pod is made.
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


def web_containers(objects: TenantObjects) -> list[Manifest]:
    found: list[Manifest] = objects.web["spec"]["template"]["spec"]["containers"]
    return found


def test_an_autoscaler_can_own_the_replicas_of_web_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provisioning.objects.web.web_replicas", lambda _inputs: None)
    objects = bundle()
    assert "replicas" not in objects.web["spec"]
    assert objects.cron["spec"]["replicas"] == 1


@settings(max_examples=30)
@given(plans())
def test_connections_stay_within_the_plan(plan: PlanSpec) -> None:
    objects = bundle(plan=plan)
    web = {one["name"]: environment(one) for one in objects.web["spec"]["template"]["spec"]["containers"]}
    (cron,) = objects.cron["spec"]["template"]["spec"]["containers"]
    per_pod = plan.workers * int(web["odoo"]["PLATFORM_DB_MAXCONN"]) + int(web["gevent"]["PLATFORM_DB_MAXCONN"])
    own = {name: int(value) for name, value in environment(cron).items() if value.isdigit()}
    jobs = own["PLATFORM_JOB_WORKERS"] * own["PLATFORM_JOB_DB_MAXCONN"]
    # The last is the job runner's.
    in_cron = own["PLATFORM_CRON_THREADS"] * own["PLATFORM_DB_MAXCONN"] + jobs + 1
    total = plan.replicas.max * per_pod + in_cron
    assert total == connections_needed(plan) <= plan.connections
    assert web["odoo"]["PLATFORM_WORKERS"] == str(plan.workers)


@settings(max_examples=30)
@given(plans())
def test_the_quota_has_room_for_a_roll_out_and_jobs(plan: PlanSpec) -> None:
    objects = bundle(plan=plan)
    hard = objects.quota["spec"]["hard"]
    surge = objects.web["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
    pods = [(objects.web, plan.replicas.max + surge), (objects.cron, 1)]
    assert int(hard["pods"]) >= sum(count for _, count in pods) + 2
    for kind in ("requests", "limits"):
        for resource in ("cpu", "memory"):
            needed = sum(
                count * quantity(container["resources"][kind][resource])
                for workload, count in pods
                for container in workload["spec"]["template"]["spec"]["containers"]
            )
            assert quantity(hard[f"{kind}.{resource}"]) >= needed


@settings(max_examples=30)
@given(plans())
def test_every_container_fits_the_limit_range(plan: PlanSpec) -> None:
    objects = bundle(plan=plan)
    most = objects.limits["spec"]["limits"][0]["max"]
    for container in containers(objects):
        for resource, limit in container["resources"]["limits"].items():
            assert quantity(limit) <= quantity(most[resource])


@pytest.mark.parametrize(("own", "wanted"), [(None, "5Gi"), ("2Gi", "5Gi"), ("0.5Ti", "0.5Ti")])
def test_the_volume_is_the_larger_of_plan_and_tenant(own: str | None, wanted: str) -> None:
    objects = bundle(plan=plan_spec(storage="5Gi"), storage=own)
    assert objects.volume["spec"]["resources"]["requests"]["storage"] == wanted
    assert objects.quota["spec"]["hard"]["requests.storage"] == wanted
    assert objects.volume["spec"]["accessModes"] == ["ReadWriteMany"]


def hashes(objects: TenantObjects) -> set[str]:
    return {
        workload["spec"]["template"]["metadata"]["annotations"][ANNOTATION_CONFIG_HASH]
        for workload in (objects.web, objects.cron)
    }


def test_a_changed_configuration_rolls_the_pods() -> None:
    given = inputs()
    before = built(given)
    for changed in (
        built(given, secrets=replace(SECRETS, database_password="another")),
        built(given, server=given.server.model_copy(update={"host": "db.example.com"})),
        built(given, server_ca="another authority"),
    ):
        assert not hashes(before) & hashes(changed)


@pytest.mark.parametrize(
    ("mode", "server_ca", "wanted"),
    [
        (SslMode.VERIFY_FULL, "PEM", "/etc/odoo/database-ca.crt"),
        (SslMode.VERIFY_FULL, None, "/etc/ssl/certs/ca-certificates.crt"),
        (SslMode.VERIFY_CA, None, "/etc/ssl/certs/ca-certificates.crt"),
        (SslMode.REQUIRE, None, None),
    ],
)
def test_libpq_is_told_whom_to_believe_because_it_believes_nobody_unasked(
    mode: SslMode, server_ca: str | None, wanted: str | None
) -> None:
    given = inputs()
    server = given.server.model_copy(update={"ssl_mode": mode})
    conf = built(given, server=server, server_ca=server_ca).conf["data"]
    service = base64.b64decode(conf["pg_service.conf"]).decode().splitlines()
    assert ([line for line in service if line.startswith("sslrootcert=")] or [None])[0] == (
        wanted and f"sslrootcert={wanted}"
    )
    assert ("database-ca.crt" in conf) == (server_ca is not None)


def test_another_display_name_rolls_nothing() -> None:
    before, after = bundle(), bundle(display_name="Rua Nova")
    assert before.namespace != after.namespace
    assert before.all()[1:] == after.all()[1:]


def test_no_name_follows_from_display_name_or_hostname() -> None:
    def names(objects: TenantObjects) -> set[tuple[str, str]]:
        return {(one["kind"], one["metadata"]["name"]) for one in objects.all()}

    renamed = bundle(display_name="Nova", hostnames=("nova.shops.localhost", "atelier-rua.shops.localhost"))
    assert names(renamed) - names(bundle()) == {("HTTPRoute", "redirect")}


def test_secrets_are_nowhere_but_in_secrets() -> None:
    for manifest in bundle().all():
        if manifest["kind"] != "Secret":
            assert "canary" not in str(manifest)
    assert "canary" not in repr(SECRETS)
    assert "canary" not in repr(inputs())


def test_secrets_are_read_back_from_their_object() -> None:
    secret = bundle().credentials
    assert TenantSecrets.from_manifest(secret) == SECRETS
    del secret["data"]["password"]
    with pytest.raises(MissingSecretError, match="no key password"):
        TenantSecrets.from_manifest(secret)


def test_a_stopping_pod_has_time_for_its_last_requests() -> None:
    assert TERMINATION_GRACE > LEAVE + REQUEST_LIMIT
    for workload in (bundle().web, bundle().cron):
        assert workload["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == TERMINATION_GRACE
    for container in bundle().web["spec"]["template"]["spec"]["containers"]:
        assert container["lifecycle"]["preStop"] == {"sleep": {"seconds": LEAVE}}


STALLED = runtime("settings").Settings("web").stall_seconds
# Seconds that the kubelet waits between SIGTERM and SIGKILL when the leave hook has used up all the grace.
LEAST_GRACE = 2


def test_a_wedged_master_is_restarted_within_a_minute() -> None:
    """Whether it hangs, and its health thread says so, or is stopped, and no probe is answered."""
    to_probe = probes.LIVE_PERIOD * probes.LIVE_TRIES + probes.LIVE_TIMEOUT
    to_end = min(probes.LIVE_GRACE, LEAVE) + LEAST_GRACE
    # What is left has to be enough for the container to start again.
    assert STALLED + to_probe + to_end <= 50
    for container in containers(bundle()):
        probe = container["livenessProbe"]
        assert probe["terminationGracePeriodSeconds"] == probes.LIVE_GRACE
        assert probe["periodSeconds"] * probe["failureThreshold"] + probe["timeoutSeconds"] == to_probe


@pytest.mark.parametrize("waits", [True, False], ids=["stopped", "hanging"])
def test_no_endpoint_is_left_when_a_wedged_pod_is_killed(waits: bool) -> None:
    """From the moment on that both probes fail: after their time-outs, or at once by the health thread's word."""
    latest_unready = probes.READY_PERIOD * probes.READY_TRIES + probes.READY_TIMEOUT * waits
    earliest_kill = probes.LIVE_PERIOD * (probes.LIVE_TRIES - 1) + probes.LIVE_TIMEOUT * waits
    assert latest_unready + LEAVE <= earliest_kill


def test_only_the_start_asks_for_a_page() -> None:
    odoo, gevent, cron = containers(bundle())
    assert odoo["startupProbe"]["httpGet"] == {"path": "/web/login", "port": "http"}
    for probe in ("readinessProbe", "livenessProbe"):
        assert odoo[probe]["httpGet"]["port"] == "health"
        assert cron[probe]["httpGet"]["port"] == "health"
    assert gevent["livenessProbe"]["httpGet"] == {"path": "/platform/health", "port": "push"}


def test_a_push_process_takes_no_sales_with_it_and_may_wait_for_its_database() -> None:
    _, gevent, _ = containers(bundle())
    assert gevent.keys().isdisjoint({"startupProbe", "readinessProbe"})
    assert gevent["livenessProbe"]["initialDelaySeconds"] > DATABASE_WAIT


def test_a_release_at_noon_costs_no_capacity_and_cron_never_runs_twice() -> None:
    objects = bundle()
    assert objects.web["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert objects.cron["spec"]["strategy"] == {"type": "Recreate"}


def test_connections_are_named_after_tenant_and_role() -> None:
    for container, role in zip(containers(bundle()), ("web", "gevent", "cron"), strict=True):
        values = environment(container)
        assert values["PGAPPNAME"] == values["ODOO_PGAPPNAME"] == f"odoo:at3lierrua:{role}"


def test_pull_secrets_reach_the_service_account() -> None:
    private = SETTINGS.model_copy(update={"image_pull_secrets": ("registry",)})
    assert built(inputs(), settings=private).service_account["imagePullSecrets"] == [{"name": "registry"}]
    assert "imagePullSecrets" not in bundle().service_account


def test_what_may_be_left_over_is_pruned() -> None:
    many = bundle(hostnames=("a.shops.localhost", "b.shops.localhost"))
    few = bundle(environment=Environment.STAGING, plan=plan_spec(workers=3))
    gone = {(one["apiVersion"], one["kind"], one["metadata"]["name"]) for one in many.all()} - {
        (one["apiVersion"], one["kind"], one["metadata"]["name"]) for one in few.all()
    }
    assert gone
    assert {(version, kind) for version, kind, _ in gone} <= set(PRUNABLE)


def test_the_address_is_the_first_hostname() -> None:
    assert tenant_url(example(hostnames=("a.b", "c.d")).spec) == "https://a.b"


def test_only_one_deployment_scales() -> None:
    assert [one["metadata"]["name"] for one in of_kind(bundle().all(), "Deployment")] == ["web", "cron"]
