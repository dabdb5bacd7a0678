"""Jobs are restricted, bounded in time, found again, and hold no key of the object store."""

import json

import pytest

from provisioning.meta import LABEL_PROCEDURE, Manifest
from provisioning.names import TEMPLATES_NAMESPACE, TemplateNames, job_name
from provisioning.objects import jobs, templates
from provisioning.objects.resources import most_pods, most_resources, web_pod
from provisioning.plan import quantity
from provisioning.release import template_digest
from tests.unit.provisioning.samples import SETTINGS, bundle, environment, inputs, pod_specs, readable

GIVEN = inputs()
DATABASE = GIVEN.names.database
PLACE = jobs.tenant_place(GIVEN.tenant, "delete-atelier-rua-1", "r1")
VARIANT = GIVEN.tenant.spec.variant
TEMPLATE = TemplateNames(template_digest(GIVEN.release, None), VARIANT.digest)
TEMPLATE_PLACE = templates.template_place(TEMPLATE.procedure, "r1")

ALL = {
    "dump": jobs.database_dump(PLACE, "dump", DATABASE, GIVEN.server, SETTINGS),
    "restore": jobs.database_restore(PLACE, "restore", DATABASE, GIVEN.server, SETTINGS),
    "archive-files": jobs.files_archive(PLACE, "archive", DATABASE, SETTINGS),
    "restore-files": jobs.files_restore(PLACE, "unpack", DATABASE, SETTINGS),
    "template": templates.build_job(
        TEMPLATE_PLACE, "build", TEMPLATE, VARIANT, GIVEN.release, GIVEN.release.modules
    ),
    "template-dump": jobs.database_dump(TEMPLATE_PLACE, "keep", TEMPLATE.building, GIVEN.server, SETTINGS),
}
every_job = pytest.mark.parametrize("job", ALL.values(), ids=ALL)


def container(job: Manifest) -> Manifest:
    (spec,) = pod_specs([job])
    (found,) = spec["containers"]
    result: Manifest = found
    return result


@every_job
def test_a_job_ends_in_any_case(job: Manifest) -> None:
    assert 0 < job["spec"]["activeDeadlineSeconds"] <= 6 * 3600
    assert job["spec"]["backoffLimit"] <= 2
    assert job["spec"]["ttlSecondsAfterFinished"] >= 3 * 24 * 3600
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"


@pytest.mark.parametrize("name", ["dump", "restore", "archive-files", "restore-files"])
def test_a_job_knows_what_its_log_is_to_say(name: str) -> None:
    found = environment(container(ALL[name]))
    assert found["SHOPFLEET_TENANT"] == GIVEN.tenant.metadata.name
    assert found["SHOPFLEET_PROCEDURE"] == "delete-atelier-rua-1"
    assert found["SHOPFLEET_REQUEST_ID"] == "r1"


@every_job
def test_a_job_is_restricted(job: Manifest) -> None:
    (spec,) = pod_specs([job])
    assert spec["securityContext"]["runAsUser"] == 10001
    assert spec["automountServiceAccountToken"] is False
    assert container(job)["securityContext"]["readOnlyRootFilesystem"] is True
    assert container(job)["resources"]["limits"]
    assert not container(job)["image"].endswith(":latest")


@every_job
def test_a_jobs_pods_are_found_by_policies_and_by_their_procedure(job: Manifest) -> None:
    labels = job["spec"]["template"]["metadata"]["labels"]
    assert labels["shopfleet.dev/component"] == "job"
    assert labels[LABEL_PROCEDURE] in ("delete-atelier-rua-1", TEMPLATE.procedure)


@every_job
def test_everything_mounted_is_a_volume(job: Manifest) -> None:
    (spec,) = pod_specs([job])
    assert {mount["name"] for mount in container(job)["volumeMounts"]} <= {
        volume["name"] for volume in spec["volumes"]
    }


def test_the_same_step_is_the_same_job() -> None:
    again = jobs.tenant_place(GIVEN.tenant, "delete-atelier-rua-1", "r1")
    assert jobs.database_dump(again, "dump", DATABASE, GIVEN.server, SETTINGS) == ALL["dump"]
    assert ALL["dump"]["metadata"]["name"] == job_name("delete-atelier-rua-1", "dump")
    assert len({job["metadata"]["name"] for job in ALL.values()}) == len(ALL)


@pytest.mark.parametrize("verb", ["dump", "restore", "archive-files", "restore-files"])
def test_urls_come_from_the_steps_own_secret(verb: str) -> None:
    job = ALL[verb]
    assert container(job)["command"] == ["python3", "-m", "controller.jobs", verb]
    (spec,) = pod_specs([job])
    secrets = {volume["name"]: volume["secret"]["secretName"] for volume in spec["volumes"] if "secret" in volume}
    assert secrets["transfer"] == job["metadata"]["name"]
    assert not any("KEY" in name or "TOKEN" in name for name in environment(container(job)))


def test_a_transfer_secret_holds_what_was_given_only() -> None:
    secret = readable(jobs.transfer_secret(PLACE, "dump", put_url="https://store/x?sig=1"))
    assert secret["data"] == {"put-url": "https://store/x?sig=1"}
    assert secret["metadata"] == ALL["dump"]["metadata"]


def test_an_archive_cannot_change_the_files() -> None:
    (archive,) = pod_specs([ALL["archive-files"]])
    (restore,) = pod_specs([ALL["restore-files"]])
    claims = [
        volume["persistentVolumeClaim"]
        for spec in (archive, restore)
        for volume in spec["volumes"]
        if "persistentVolumeClaim" in volume
    ]
    assert claims == [{"claimName": "files", "readOnly": True}, {"claimName": "files"}]


def test_dumps_use_the_servers_own_tools() -> None:
    server = GIVEN.server.model_copy(update={"tools_image": "registry.example/tools:16"})
    assert (
        container(jobs.database_dump(PLACE, "dump", DATABASE, server, SETTINGS))["image"]
        == "registry.example/tools:16"
    )
    assert container(ALL["dump"])["image"] == SETTINGS.tools_image


def test_a_build_is_told_the_variant_and_runs_among_templates() -> None:
    job = ALL["template"]
    assert job["metadata"]["namespace"] == TEMPLATES_NAMESPACE
    assert job["spec"]["backoffLimit"] == 0
    assert json.loads(environment(container(job))["TEMPLATE_SPEC"]) == {
        "country": "PT",
        "languages": ["pt_PT", "en_US"],
        "modules": ["point_of_sale", "sale"],
        "currency": "EUR",
    }


def test_template_jobs_read_their_own_configuration() -> None:
    for name in ("template", "template-dump"):
        (spec,) = pod_specs([ALL[name]])
        assert "odoo-conf" not in str(spec["volumes"])
        assert TEMPLATE_PLACE.conf in str(spec["volumes"])


def test_the_tenants_quota_has_room_for_jobs_beside_a_roll_out() -> None:
    plan = GIVEN.plan
    beside = web_pod(plan) * (plan.replicas.max + 1)
    limits = container(ALL["dump"])["resources"]["limits"]
    room = most_resources(plan).memory_limit - beside.memory_limit
    assert room * 2**20 >= 2 * quantity(limits["memory"])
    assert most_pods(plan) >= plan.replicas.max + 1 + 1 + 2
    most = bundle().limits["spec"]["limits"][0]["max"]
    for resource, limit in limits.items():
        assert quantity(limit) <= quantity(most[resource])
