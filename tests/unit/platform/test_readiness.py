"""When a part is ready, waiting, or lost."""

import pytest

from provisioning.meta import Manifest
from provisioning.platform.readiness import (
    AnnotationSet,
    Check,
    CRDEstablished,
    DeploymentAvailable,
    Failed,
    GatewayProgrammed,
    JobComplete,
    Ready,
    StatefulSetReady,
    Verdict,
    Waiting,
)

ANY = ("thing", "here")


def deployment(replicas: int = 1, generation: int = 2, **status: int) -> Manifest:
    observed = {"observedGeneration": 2, **status}
    return {"metadata": {"generation": generation}, "spec": {"replicas": replicas}, "status": observed}


def condition(name: str, status: str, **more: object) -> Manifest:
    return {"metadata": {"generation": 1}, "status": {"conditions": [{"type": name, "status": status, **more}]}}


@pytest.mark.parametrize(
    "check",
    [
        DeploymentAvailable(*ANY),
        StatefulSetReady(*ANY),
        JobComplete(*ANY),
        CRDEstablished("thing"),
        GatewayProgrammed(*ANY),
        AnnotationSet(*ANY, key="sync_standby"),
    ],
    ids=lambda check: check.kind,
)
def test_what_does_not_exist_or_has_no_status_is_waited_for(check: Check) -> None:
    assert isinstance(check.verdict(None), Waiting)
    empty: Manifest = {"metadata": {"generation": 1}, "spec": {}}
    assert isinstance(check.verdict(empty), Waiting)


@pytest.mark.parametrize(
    ("manifest", "verdict"),
    [
        (deployment(updatedReplicas=1, availableReplicas=1, replicas=1), Ready()),
        (deployment(updatedReplicas=1), Waiting("0 of 1 available")),
        (deployment(availableReplicas=1), Waiting("0 of 1 updated")),
        (deployment(2, updatedReplicas=2, availableReplicas=2), Ready()),
        (deployment(generation=3), Waiting("its controller has not seen the change yet")),
    ],
)
def test_deployment(manifest: Manifest, verdict: Verdict) -> None:
    assert DeploymentAvailable(*ANY).verdict(manifest) == verdict


def test_a_deployment_whose_old_pod_still_runs_is_not_ready() -> None:
    manifest = deployment(updatedReplicas=1, availableReplicas=1)
    manifest["status"]["replicas"] = 2
    assert DeploymentAvailable(*ANY).verdict(manifest) == Waiting("1 old pods left")


def test_stateful_set() -> None:
    check = StatefulSetReady(*ANY)
    assert check.verdict(deployment(2, readyReplicas=2, updatedReplicas=2)) == Ready()
    assert check.verdict(deployment(2, readyReplicas=2, updatedReplicas=1)) == Waiting(
        "2 of 2 ready, 1 up to date"
    )


def test_job() -> None:
    check = JobComplete(*ANY)
    assert check.verdict(condition("Complete", "True")) == Ready()
    assert check.verdict(condition("Failed", "True", message="too many")) == Failed("too many")
    assert check.verdict({"metadata": {}, "status": {"failed": 2}}) == Waiting("running, 2 attempts failed")


def test_definition() -> None:
    check = CRDEstablished("thing")
    assert check.verdict(condition("Established", "True")) == Ready()
    refused = check.verdict(condition("NamesAccepted", "False", message="taken"))
    assert refused == Failed("names refused: taken")


def test_a_gateway_is_ready_when_its_present_generation_is_programmed() -> None:
    check = GatewayProgrammed(*ANY)
    assert check.verdict(condition("Programmed", "True", observedGeneration=1)) == Ready()
    assert isinstance(check.verdict(condition("Programmed", "True", observedGeneration=0)), Waiting)
    waiting = check.verdict(condition("Programmed", "False", observedGeneration=1, reason="NoResources"))
    assert waiting == Waiting("NoResources")


def test_an_annotation_has_to_say_something() -> None:
    check = AnnotationSet(*ANY, key="sync_standby")
    assert check.verdict({"metadata": {"annotations": {"sync_standby": "postgres-1"}}}) == Ready()
    assert isinstance(check.verdict({"metadata": {"annotations": {"sync_standby": ""}}}), Waiting)


def test_a_check_names_its_object() -> None:
    assert str(DeploymentAvailable("thing", "here")) == "Deployment here/thing"
    assert str(CRDEstablished("things.example.com")) == "CustomResourceDefinition things.example.com"
