"""The operator dies or freezes in the middle of its work, and that work ends as if it had not."""

from collections.abc import Iterator, Sequence
from functools import partial

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
# A step that is over when we look can be disturbed in another creation; more are asked for only then.
MOST_CREATIONS = 4
# Seconds from a leader's last renewal until another leads: seen at one look, found to be over at another.
TAKEOVER = Timing().duration + 2 * Timing().every
# Seconds. For Python to start, and for a busy machine.
SLACK = 120


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
        eventually(lambda: settled(2), 300, "two operators are ready")
        yield
    finally:
        fleet.kube.patch(operators.DEPLOYMENT, {"spec": {"replicas": 1}})
        eventually(lambda: settled(1), 300, "one operator is left, and leads")


def test_an_operator_killed_at_several_steps_leaves_what_an_undisturbed_one_leaves(
    fleet: Fleet, northlight: Shop, atelier_rua: Shop, newcomers: list[str], database_login: DatabaseLogin
) -> None:
    left = list(FATAL_STEPS)
    for number in range(MOST_CREATIONS):
        before = databases_and_roles(database_login, atelier_rua)
        name = ask_for(atelier_rua, f"interrupted-{number}", newcomers)
        died = killed_at(fleet, name, left)
        left = [step for step in left if step not in died]
        eventually(partial(is_ready, fleet, name), 600, "the tenant is ready all the same")
        is_as_if_undisturbed(fleet, name, northlight, atelier_rua, database_login, before)
        if not left:
            return
        fleet.run("tenant", "delete", name, "--confirm", name, "--purge")
    pytest.fail(f"never seen in time to be disturbed: {left}")


def killed_at(fleet: Fleet, tenant: str, steps: Sequence[str]) -> set[str]:
    """Kill the operator when a creation comes to each of these steps; after which of FATAL_STEPS it died."""
    died: set[str] = set()
    at = -1
    for step in steps:
        place = step_reached(fleet, tenant, max(ORDER.index(step), at + 1))
        if place is None:
            break
        at = place
        operators.kill(fleet)
        # Seen late, it may be past several of them.
        died.add([each for each in FATAL_STEPS if ORDER.index(each) <= at][-1])
        if FATAL_STEPS[-1] in died:
            break
    return died


def is_as_if_undisturbed(  # noqa: PLR0917
    fleet: Fleet, name: str, northlight: Shop, atelier_rua: Shop, database_login: DatabaseLogin, before: set[str]
) -> None:
    """`before` is what the database server had before the tenant was asked for."""
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
        assert step_reached(fleet, name, 0) is not None, "it was over before it could be disturbed"
    # It wakes up while the other is at work, with the same work waiting in its own queue.
    ended = limits.DRAIN + limits.PARTING + SLACK
    eventually(
        lambda: operators.exit_code(fleet, first) is not None, ended, "the former leader's process has ended"
    )
    assert operators.exit_code(fleet, first) == LOST.code
    eventually(lambda: is_ready(fleet, name), 600, "the tenant is ready")
    assert second_leads()
    creation = went_as_planned(fleet, name)
    assert creation.status.operator_generation == operators.generation(fleet)
    assert writers(fleet, shop(fleet, name, password="")) == {operators.generation(fleet)}


def ask_for(like: Shop, name: str, newcomers: list[str]) -> str:
    newcomers.append(name)
    words = ["--hostname", f"{name}.shops.localhost", "--plan", "small", *same_template(like)]
    like.fleet.run("tenant", "create", name, *words, "--no-wait")
    return name


def step_reached(fleet: Fleet, tenant: str, least: int) -> int | None:
    """Wait until a tenant's creation is in the middle of this step or a later one; the step's place in ORDER, or
    None when the creation was over before it was seen there."""
    places: list[int] = []

    def is_there() -> bool:
        found = [each for each in procedures(fleet, tenant) if each.spec.kind is ProcedureKind.CREATE]
        steps = [step for each in found for step in each.status.steps]
        begun = [step.name for step in steps if step.phase not in (StepPhase.PENDING, StepPhase.DONE)]
        places[:] = [place for name in begun if (place := ORDER.index(name)) >= least]
        return bool(places) or any(each.status.phase.final for each in found)

    what = ORDER[least] if least < len(ORDER) else "its end"
    eventually(is_there, TAKEOVER + 2 * SLACK, f"{tenant}'s creation comes to {what}", every=0.1)
    return max(places, default=None)


def went_as_planned(fleet: Fleet, tenant: str) -> Procedure:
    """Its creation, after a check that this is all that ever happened to a tenant and that every step is done."""
    # A tenant is let go a moment before its procedure says that it has ended.
    eventually(lambda: all(each.status.phase.final for each in procedures(fleet, tenant)), 180, "all is recorded")
    (creation,) = procedures(fleet, tenant)
    assert (creation.spec.kind, creation.status.phase) == (ProcedureKind.CREATE, ProcedurePhase.SUCCEEDED)
    steps = [(step.name, step.phase) for step in creation.status.steps]
    assert steps == [(name, StepPhase.DONE) for name in ORDER]
    return creation
