"""Who has a plan, a release or a server is known before anybody deletes it."""

from controller.core.references import SOME, usage
from provisioning.databaseserver import DatabaseServer
from provisioning.plan import Plan
from provisioning.release import Release
from provisioning.tenant import AppliedSpec
from tests.support import samples
from tests.support.samples import tenant


def test_all_are_counted_and_some_are_named() -> None:
    many = [tenant(f"shop-{number:02}", plan="small") for number in range(SOME + 2)]
    found = usage(Plan, "small", many)
    assert found["users"] == SOME + 2
    assert found["usedBy"] == [f"{samples.NAMESPACE}/shop-{number:02}" for number in range(SOME)]


def test_nobody_is_zero_and_not_unknown() -> None:
    assert usage(Plan, "large", [tenant("rua", plan="small")]) == {"users": 0, "usedBy": []}


def test_while_a_plan_changes_both_are_needed() -> None:
    before = AppliedSpec.of(samples.tenant_spec(plan="small"))
    changing = [tenant("rua", plan="large", applied=before)]
    assert usage(Plan, "small", changing)["users"] == usage(Plan, "large", changing)["users"] == 1


def test_releases_and_servers_too() -> None:
    one = [tenant("rua")]
    assert usage(Release, one[0].spec.release, one)["users"] == 1
    assert usage(DatabaseServer, one[0].spec.database_server, one)["users"] == 1
    assert usage(DatabaseServer, "another", one)["users"] == 0
