"""The operator dies or freezes in the middle of its work, and that work ends as if it had not."""

from collections.abc import Iterator

import pytest

from controller.adapters.lease import Timing
from controller.core import limits
from controller.core.catalogue import STEPS
from controller.operator.__main__ import LOST
from provisioning.meta import SYSTEM_NAMESPACE
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase, StepPhase
from tests.e2e import operators
from tests.e2e.conftest import DatabaseLogin, Fleet, Shop, exists, is_ready, same_template, shop
from tests.e2e.inventory import OWN_TABLES, databases_and_roles, objects, procedures, writers
from tests.e2e.test_changes import eventually
from tests.e2e.test_sessions import ready

ORDER = [step.name for step in STEPS[ProcedureKind.CREATE]]
# Few, because each death costs the lease's whole duration; the fakes are killed after every single effect.
FATAL_STEPS = ("secrets", "database", "serve")
# Seconds from a leader's last renewal until another leads: seen at one look, found to be over at another.
TAKEOVER = Timing().duration + 2 * Timing().every
# Seconds. For Python to start, and for a busy machine.
SLACK = 60


@pytest.fixture(scope="module")
def newcomers(fleet: Fleet, atelier_rua: Shop) -> Iterator[list[str]]:
    """Names of tenants that tests asked for; all are gone afterwards, deleted side by side.

    They are of Atelier Rua's variant, whose golden template is there.
    """
    names: list[str] = []
    yield names
    left = [name for name in names if exists(fleet, name)]
    for name in left:
        fleet.run("tenant", "delete", name, "--confirm", name, "--purge", "--no-wait")
    eventually(lambda: not any(exists(fleet, name) for name in left), 600, "the tests' tenants are gone")


@pytest.fixture
def standby(fleet: Fleet) -> Iterator[None]:
    """A second operator for the time of the test."""

    def settled(count: int) -> bool:
        pods = operators.pods(fleet)
        return len(pods) == count and all(map(ready, pods)) and operators.leader(fleet) is not None

    fleet.kube.patch(operators.DEPLOYMENT, {"spec": {"replicas": 2}})
    try:
        eventually(lambda: settled(2), 180, "two operators are ready")
        yield
    finally:
        fleet.kube.patch(operators.DEPLOYMENT, {"spec": {"replicas": 1}})
        eventually(lambda: settled(1), 180, "one operator is left, and leads")


def test_an_operator_killed_at_several_steps_leaves_what_an_undisturbed_one_leaves(
    fleet: Fleet, northlight: Shop, atelier_rua: Shop, newcomers: list[str], database_login: DatabaseLogin
) -> None:
    before = databases_and_roles(database_login, atelier_rua)
    name = ask_for(atelier_rua, "interrupted", newcomers)
    at = -1
    for step in FATAL_STEPS:
        if at >= ORDER.index(FATAL_STEPS[-1]):
            # Seen late: what comes after is over before it could be disturbed.
            break
        at = step_reached(fleet, name, max(ORDER.index(step), at + 1))
        operators.kill(fleet)
    eventually(lambda: is_ready(fleet, name), 300, "the tenant is ready all the same")

    made = shop(fleet, name, fleet.json("tenant", "password", name, "--first")["password"])
    made.session()
    assert objects(fleet, made) == objects(fleet, northlight)
    creation = went_as_planned(fleet, name)
    added = databases_and_roles(database_login, atelier_rua) - before
    assert added == {f"database {made.database}", f"role {made.database}"}
    assert database_login.query(made, OWN_TABLES) == database_login.query(atelier_rua, OWN_TABLES)
    records = fleet.json("audit", "--tenant", name)
    mine = [each for each in records if each["requestId"] == creation.spec.request_id]
    results = [each["result"] for each in mine if each["action"] == "procedure.Create"]
    assert sorted(results) == ["begun", "succeeded: all steps are done"]


def test_a_standby_takes_over_from_a_frozen_operator_which_then_acts_no_more(
    fleet: Fleet, atelier_rua: Shop, newcomers: list[str], standby: None
) -> None:
    first = operators.leader(fleet)
    assert first is not None
    (second,) = {pod["metadata"]["name"] for pod in operators.pods(fleet)} - {first["metadata"]["name"]}
    assert "this operator leads" not in fleet.kube.pod_log(SYSTEM_NAMESPACE, second)

    def second_leads() -> bool:
        leader = operators.leader(fleet)
        return leader is not None and leader["metadata"]["name"] == second

    with operators.frozen(first):
        name = ask_for(atelier_rua, "taken-over", newcomers)
        eventually(second_leads, TAKEOVER + SLACK, "the standby leads")
        step_reached(fleet, name, 0)
    # It wakes up while the other is at work, with the same work waiting in its own queue.
    ended = limits.DRAIN + limits.PARTING + SLACK
    eventually(
        lambda: operators.exit_code(fleet, first) is not None, ended, "the former leader's process has ended"
    )
    assert operators.exit_code(fleet, first) == LOST.code
    eventually(lambda: is_ready(fleet, name), 300, "the tenant is ready")
    assert second_leads()
    creation = went_as_planned(fleet, name)
    assert creation.status.operator_generation == operators.generation(fleet)
    assert writers(fleet, shop(fleet, name, password="")) == {operators.generation(fleet)}


def ask_for(like: Shop, name: str, newcomers: list[str]) -> str:
    newcomers.append(name)
    words = ["--hostname", f"{name}.shops.localhost", "--plan", "small", *same_template(like)]
    like.fleet.run("tenant", "create", name, *words, "--no-wait")
    return name


def step_reached(fleet: Fleet, tenant: str, least: int) -> int:
    """Wait until a tenant's creation is in the middle of this step or a later one; the step's place in ORDER."""
    places: list[int] = []

    def is_there() -> bool:
        places[:] = [ORDER.index(name) for name in _begun(fleet, tenant)]
        return any(place >= least for place in places)

    eventually(is_there, TAKEOVER + 2 * SLACK, f"{tenant}'s creation comes to {ORDER[least]}", every=0.1)
    return max(places)


def _begun(fleet: Fleet, tenant: str) -> list[str]:
    """The step that was begun and is not done, if any. Fails once the creation is over."""
    found = [each for each in procedures(fleet, tenant) if each.spec.kind is ProcedureKind.CREATE]
    if any(each.status.phase.final for each in found):
        pytest.fail(f"{tenant}'s creation was over before it could be disturbed")
    steps = [step for each in found for step in each.status.steps]
    return [step.name for step in steps if step.phase not in (StepPhase.PENDING, StepPhase.DONE)]


def went_as_planned(fleet: Fleet, tenant: str) -> Procedure:
    """Its creation, after a check that this is all that ever happened to a tenant and that every step is done."""
    (creation,) = procedures(fleet, tenant)
    assert (creation.spec.kind, creation.status.phase) == (ProcedureKind.CREATE, ProcedurePhase.SUCCEEDED)
    steps = [(step.name, step.phase) for step in creation.status.steps]
    assert steps == [(name, StepPhase.DONE) for name in ORDER]
    return creation
