"""The audit log: every field is there, texts fit, and a procedure's end is written exactly once."""

from datetime import timedelta

import pytest

from controller.errors import ConflictError, RefusedError
from controller.services.audit import Audit
from provisioning.audit import AuditRecord
from tests.support import samples
from tests.support.fakes import FakeClock, FakeKube


@pytest.fixture
def kube() -> FakeKube:
    return FakeKube(namespaces=("default", samples.NAMESPACE))


@pytest.fixture
def audit(kube: FakeKube) -> Audit:
    return Audit(kube, FakeClock(), "cli")


def written(kube: FakeKube) -> list[AuditRecord]:
    return [AuditRecord.parse(each) for each in kube.objects("AuditRecord")]


def test_who_what_whose_why_and_when(audit: Audit, kube: FakeKube) -> None:
    audit.write(
        samples.NAMESPACE,
        action="tenant.suspend",
        result="asked",
        tenant="rua",
        on_behalf_of="owner",
        reason="unpaid",
        request_id="r1",
    )
    (record,) = written(kube)
    spec = record.spec
    assert (spec.who, spec.on_behalf_of, spec.component) == ("tester", "owner", "cli")
    assert (spec.action, spec.tenant, spec.reason, spec.result) == ("tenant.suspend", "rua", "unpaid", "asked")
    assert (spec.request_id, spec.at) == ("r1", samples.NOW)


def test_records_of_one_moment_are_kept_apart(audit: Audit, kube: FakeKube) -> None:
    for _ in range(5):
        audit.write(samples.NAMESPACE, action="a", result="r")
    assert len({record.metadata.name for record in written(kube)}) == 5


def test_a_failure_that_quotes_a_whole_log_is_still_recorded(audit: Audit, kube: FakeKube) -> None:
    audit.procedure(samples.procedure(reason="r" * 500), "failed", "line\n" * 5000)
    (record,) = written(kube)
    assert record.spec.result.startswith("failed: line")
    assert record.spec.result.endswith("…")
    assert len(record.spec.result) == 1000


def test_what_became_of_a_procedure_is_written_once(audit: Audit, kube: FakeKube) -> None:
    procedure = samples.procedure()
    later = Audit(kube, FakeClock(samples.NOW + timedelta(minutes=1)), "operator")
    audit.procedure(procedure, "begun", "")
    later.procedure(procedure, "begun", "")
    later.procedure(procedure, "succeeded", "all steps are done")
    assert [record.spec.result for record in written(kube)] == ["begun", "succeeded: all steps are done"]


def test_a_retry_is_another_beginning(audit: Audit, kube: FakeKube) -> None:
    audit.procedure(samples.procedure(), "begun", "")
    audit.procedure(samples.procedure(status={"retries_seen": 1}), "begun", "")
    assert len(written(kube)) == 2


def test_an_overridden_guard_is_not_passed_over(audit: Audit, kube: FakeKube) -> None:
    audit.procedure(samples.procedure(reason="r" * 500, parameters={"force": "fire in the shop"}), "begun", "")
    audit.procedure(samples.procedure(reason="unpaid", parameters={"force": "agreed"}), "succeeded", "")
    cut, whole = (record.spec.reason for record in written(kube))
    assert cut.startswith("forced: fire in the shop; rrr")
    assert whole == "forced: agreed; unpaid"


def test_names_fit(audit: Audit, kube: FakeKube) -> None:
    audit.procedure(samples.procedure(), "succeeded", "")
    audit.write(samples.NAMESPACE, action="a", result="r")
    assert all(len(record.metadata.name) <= 63 for record in written(kube))


def test_what_cannot_be_recorded_is_not_passed_over(audit: Audit, kube: FakeKube) -> None:
    for error in (RefusedError("forbidden"), ConflictError("exists")):
        kube.faults.fail("create", error)
        with pytest.raises(type(error)):
            audit.write(samples.NAMESPACE, action="a", result="r")
