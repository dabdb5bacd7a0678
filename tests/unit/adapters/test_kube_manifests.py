"""Events and the leader's number in what we write."""

from datetime import UTC, datetime

from controller.adapters.kube_manifests import (
    MESSAGE_LIMIT,
    build_event,
    counted_again,
    field_manager,
    stamped,
    stamped_status,
)
from controller.core.ports import Ref
from provisioning.meta import ANNOTATION_OPERATOR_GENERATION, Manifest

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TENANT: Manifest = {
    "apiVersion": "shopfleet.dev/v1alpha1",
    "kind": "Tenant",
    "metadata": {"name": "northlight", "namespace": "partner-default", "uid": "u1", "resourceVersion": "7"},
}


def test_an_event_is_about_its_object() -> None:
    event = build_event(TENANT, "Created", "It is there.", warning=False, now=NOW)
    assert event["involvedObject"]["uid"] == "u1"
    assert event["metadata"]["namespace"] == "partner-default"
    assert (event["type"], event["count"], event["firstTimestamp"]) == ("Normal", 1, "2026-03-02T09:30:00Z")


def test_the_same_said_again_has_the_same_name_and_anything_else_another() -> None:
    first = build_event(TENANT, "Created", "It is there.", warning=False, now=NOW)
    again = build_event(TENANT, "Created", "It is there.", warning=False, now=NOW.replace(hour=10))
    other = build_event(TENANT, "Created", "It is gone.", warning=False, now=NOW)
    assert first["metadata"]["name"] == again["metadata"]["name"] != other["metadata"]["name"]
    assert counted_again(first, again) == {"count": 2, "lastTimestamp": "2026-03-02T10:30:00Z"}


def test_events_on_cluster_wide_objects_go_to_default_and_long_messages_are_cut() -> None:
    plan = {"apiVersion": "shopfleet.dev/v1alpha1", "kind": "Plan", "metadata": {"name": "small"}}
    event = build_event(plan, "Wrong", "x" * 5000, warning=True, now=NOW)
    assert event["metadata"]["namespace"] == "default"
    assert len(event["message"]) == MESSAGE_LIMIT


def test_the_stamp_keeps_other_annotations_and_is_absent_without_a_leader() -> None:
    manifest = {**TENANT, "metadata": {"name": "northlight", "annotations": {"a": "b"}}}
    assert stamped(manifest, 0) is manifest
    marked = stamped(manifest, 12)
    assert marked["metadata"]["annotations"] == {"a": "b", ANNOTATION_OPERATOR_GENERATION: "12"}
    assert "12" not in manifest["metadata"]["annotations"].values()
    assert stamped({"spec": {}}, 12)["metadata"]["annotations"] == {ANNOTATION_OPERATOR_GENERATION: "12"}


def test_a_new_leader_replaces_no_pod() -> None:
    pod = {"metadata": {"annotations": {"a": "b"}}, "spec": {}}
    deployment = {"metadata": {"name": "web"}, "spec": {"template": pod}}
    assert stamped(deployment, 12)["spec"] == stamped(deployment, 13)["spec"] == {"template": pod}


def test_a_status_of_ours_has_the_number_in_a_field_and_one_of_others_has_none() -> None:
    ours, theirs = Ref.of(TENANT), Ref("apps/v1", "Deployment", "web", "sf-x")
    status = {"phase": "Ready", "operatorGeneration": 3}
    assert stamped_status(ours, status, 12) == {"phase": "Ready", "operatorGeneration": 12}
    assert stamped_status(ours, status, 0) is status
    assert stamped_status(theirs, status, 12) is status


def test_people_own_what_they_write_apart_from_the_operator() -> None:
    assert field_manager(12) == field_manager(13) != field_manager(0)
