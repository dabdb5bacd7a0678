"""Changes of a living tenant: what is written, what is asked, what is told."""

from pathlib import Path

import pytest

from controller.core.catalogue import STEPS
from controller.core.ports import Ref
from controller.errors import ExitCode
from provisioning.meta import API_VERSION
from provisioning.procedure import ProcedureKind
from tests.unit.cli.world import NAMESPACE, PASSWORD, World, pending

TENANT = Ref(API_VERSION, "Tenant", "northlight", NAMESPACE)


def test_suspend_and_resume(shop: World) -> None:
    done = shop.json("tenant", "suspend", "northlight", "--yes", "--reason", "winter")
    assert done["kind"] == "Suspend"
    assert shop.tenant("northlight").status.applied.suspended  # type: ignore[union-attr]
    assert shop.json("tenant", "resume", "northlight")["kind"] == "Resume"
    assert not shop.tenant("northlight").spec.suspended


def test_what_is_so_already_changes_nothing(shop: World) -> None:
    result = shop.run("tenant", "resume", "northlight")
    assert result.exit_code == ExitCode.OK
    assert "Nothing to do" in result.stderr
    assert shop.changes() == []


def test_a_change_shows_its_plan_and_asks(shop: World) -> None:
    refused = shop.run("tenant", "set-plan", "northlight", "large", answer="\n")
    assert refused.exit_code == ExitCode.USAGE
    assert "plan: medium → large" in refused.stderr
    assert "asks first whether tills are open" in refused.stderr
    assert shop.changes() == []
    done = shop.run("tenant", "set-plan", "northlight", "large", answer="y\n")
    assert done.exit_code == ExitCode.OK, done.output
    assert shop.tenant("northlight").status.applied.plan == "large"  # type: ignore[union-attr]


def test_without_anybody_to_ask_it_names_the_option(shop: World) -> None:
    result = shop.run("tenant", "suspend", "northlight")
    assert result.exit_code == ExitCode.USAGE
    assert "--yes" in result.stderr
    assert shop.changes() == []


def test_rename_keeps_old_addresses_as_redirects(shop: World) -> None:
    shop.run(
        "tenant", "rename", "northlight", "--hostname", "north.shops.localhost", "--display-name", "North", "--yes"
    )
    spec = shop.tenant("northlight").spec
    assert spec.hostnames == ("north.shops.localhost", "northlight.shops.localhost")
    assert spec.display_name == "North"
    shop.run("tenant", "rename", "northlight", "--hostname", "northlight.shops.localhost", "--yes")
    assert shop.tenant("northlight").spec.hostnames == ("northlight.shops.localhost", "north.shops.localhost")


def test_force_and_reason_do_not_stick_to_the_next_change(shop: World) -> None:
    shop.run("tenant", "suspend", "northlight", "--yes", "--reason", "fire", "--force", "the shop burns")
    assert shop.tenant("northlight").metadata.annotations["shopfleet.dev/force"] == "the shop burns"
    shop.run("tenant", "resume", "northlight")
    annotations = shop.tenant("northlight").metadata.annotations
    assert "shopfleet.dev/force" not in annotations
    assert "shopfleet.dev/reason" not in annotations


def test_the_audit_log_has_the_reason_of_a_force(shop: World) -> None:
    shop.run("tenant", "suspend", "northlight", "--yes", "--reason", "drill", "--force", "the shop burns")
    record = next(each for each in shop.audit() if each["action"] == "tenant.suspend")
    assert (record["reason"], record["result"]) == ("drill", "requested, forced: the shop burns")


def test_dry_run_of_every_change(shop: World) -> None:
    for words in (
        ("suspend", "northlight"),
        ("set-plan", "northlight", "large"),
        ("rename", "northlight", "--display-name", "N"),
        ("clone", "northlight", "copy"),
        ("delete", "northlight"),
    ):
        plan = shop.json("tenant", *words, "--dry-run")
        assert plan["steps"]
        assert plan["changes"]
    assert shop.changes() == []
    assert [record["action"] for record in shop.audit()] == ["tenant.create"]


def test_a_held_tenant_is_said_to_be_waited_for(shop: World) -> None:
    lock = {"holder": "northlight-x-1", "reason": "SetPlan by somebody", "since": "2026-03-02T09:00:00Z"}
    shop.kube.set_status(TENANT, {"lock": lock})
    result = shop.run("tenant", "suspend", "northlight", "--yes", "--no-wait")
    assert "northlight-x-1 holds the tenant (SetPlan by somebody" in result.stderr


def refused_suspension(shop: World) -> str:
    """A suspension that the guard did not let happen; the name of its procedure."""
    shop.operator.failing["quiesce"] = "1 till is open"
    failed = shop.run("tenant", "suspend", "northlight", "--yes")
    assert failed.exit_code == ExitCode.FAILED
    (name,) = [row["name"] for row in shop.json("procedure", "list") if row["kind"] == "Suspend"]
    return str(name)


def test_what_was_refused_is_not_taken_for_done_when_it_is_asked_again(shop: World) -> None:
    name = refused_suspension(shop)
    again = shop.run("tenant", "suspend", "northlight", "--yes", "--force", "fire drill")
    assert again.exit_code == ExitCode.FAILED
    assert "It is asked for already" in again.stderr
    assert f"shopfleet procedure retry {name}" in again.stderr


def test_taking_a_refused_change_back_waits_for_no_procedure(shop: World) -> None:
    refused_suspension(shop)
    back = shop.run("tenant", "resume", "northlight")
    assert back.exit_code == ExitCode.OK, back.output
    assert "northlight is like that already; nothing had to be done" in back.stderr


def test_deleting_what_nothing_was_made_for_ends_without_a_procedure(shop: World) -> None:
    shop.clock.meanwhile.clear()
    shop.clock.meanwhile.append(lambda: shop.kube.patch(TENANT, {"metadata": {"finalizers": None}}))
    result = shop.run("tenant", "delete", "northlight", "--confirm", "northlight")
    assert result.exit_code == ExitCode.OK, result.output
    assert "northlight is gone; nothing had been made for it" in result.stderr


def test_delete_says_where_the_backup_is(shop: World) -> None:
    shop.operator.outputs = {"backup": "s3://shopfleet-backups/tenants/x/final/y/"}
    result = shop.run("tenant", "delete", "northlight", answer="northlight\n")
    assert result.exit_code == ExitCode.OK, result.output
    assert "s3://shopfleet-backups/tenants/x/final/y/" in result.stdout
    assert shop.kube.get(TENANT) is None


def test_purge_is_said_and_passed_on(shop: World) -> None:
    result = shop.run("tenant", "delete", "northlight", "--confirm", "northlight", "--purge", "--no-wait")
    assert "nothing is kept" in result.stderr
    assert shop.tenant("northlight").metadata.annotations["shopfleet.dev/purge"] == "true"


def test_a_new_password_is_shown_once_and_removed(shop: World) -> None:
    shown = shop.json("tenant", "password", "northlight", "--yes")
    assert (shown["user"], shown["password"]) == ("admin", PASSWORD)
    assert pending(shop.kube) == []
    assert PASSWORD not in str(shop.audit())


def test_two_new_passwords_are_two_procedures(shop: World) -> None:
    first = shop.json("tenant", "password", "northlight", "--yes")["procedure"]
    assert shop.json("tenant", "password", "northlight", "--yes")["procedure"] != first


def test_the_first_password_can_be_fetched_later_but_once(world: World) -> None:
    world.run("tenant", "create", "rua", "--country", "PT", "--plan", "small", "--no-wait")
    for _ in range(len(STEPS[ProcedureKind.CREATE]) + 2):
        world.operator()
    assert PASSWORD in world.run("tenant", "password", "rua", "--first").stdout
    again = world.run("tenant", "password", "rua", "--first")
    assert PASSWORD not in again.output
    assert "taken already" in again.stderr


@pytest.mark.parametrize("part", ["web", "gevent", "cron"])
def test_logs_of_each_part(shop: World, part: str) -> None:
    place = shop.tenant("northlight").names.namespace
    component = "cron" if part == "cron" else "web"
    labels = {"shopfleet.dev/tenant-id": shop.tenant("northlight").names.id, "shopfleet.dev/component": component}
    metadata = {"name": f"{component}-1", "namespace": place, "labels": labels}
    shop.kube.seed({"apiVersion": "v1", "kind": "Pod", "metadata": metadata})
    shop.kube.logs[place, f"{component}-1"] = "werkzeug\n"
    assert shop.run("tenant", "logs", "northlight", part).stdout == "werkzeug\n"
    assert shop.run("tenant", "logs", "northlight", part, "--follow").stdout == "first\nsecond\n"


def test_logs_without_a_pod(shop: World) -> None:
    result = shop.run("tenant", "logs", "northlight")
    assert result.exit_code == ExitCode.NOT_FOUND
    assert "no web pod" in result.stderr


def test_shell_is_in_the_audit_log(shop: World) -> None:
    place = shop.tenant("northlight").names.namespace
    labels = {"shopfleet.dev/tenant-id": shop.tenant("northlight").names.id, "shopfleet.dev/component": "web"}
    metadata = {"name": "web-1", "namespace": place, "labels": labels}
    shop.kube.seed({"apiVersion": "v1", "kind": "Pod", "metadata": metadata})
    assert shop.run("tenant", "shell", "northlight", "--reason", "ticket 9").exit_code == 0
    assert shop.streams.commands[0][:3] == (place, "web-1", "odoo")
    assert (shop.audit()[-1]["action"], shop.audit()[-1]["reason"]) == ("tenant.shell", "ticket 9")


def test_a_suspended_tenant_is_changed_when_it_is_resumed(shop: World) -> None:
    shop.run("tenant", "suspend", "northlight", "--yes")
    result = shop.run("tenant", "set-plan", "northlight", "large", "--yes")
    assert result.exit_code == ExitCode.OK
    assert "it takes effect with: shopfleet tenant resume northlight" in result.stderr
    assert shop.tenant("northlight").spec.plan == "large"


def test_a_tenant_that_is_being_made_is_not_changed(world: World) -> None:
    world.run("tenant", "create", "rua", "--country", "PT", "--plan", "small", "--no-wait")
    world.kube.faults.calls.clear()
    result = world.run("tenant", "rename", "rua", "--hostname", "r.shops.localhost", "--yes")
    assert result.exit_code == ExitCode.CONFLICT
    assert "still being made" in result.stderr
    assert world.changes() == []


def test_a_failed_creation_is_mended_by_a_change(world: World) -> None:
    world.operator.failing["validate"] = "spec.hostnames: taken"
    world.run("tenant", "create", "rua", "--country", "PT", "--plan", "small")
    world.kube.set_status(Ref(API_VERSION, "Tenant", "rua", NAMESPACE), {"phase": "Failed"})
    world.operator.failing.clear()
    done = world.json("tenant", "rename", "rua", "--hostname", "r.shops.localhost", "--yes")
    assert done["kind"] == "Create"
    applied = world.tenant("rua").status.applied
    assert applied is not None
    assert applied.hostnames[0] == "r.shops.localhost"


STORES = """
apiVersion: shopfleet.dev/v1alpha1
kind: Tenant
metadata: {name: NAME}
spec:
  displayName: Northlight
  hostnames: [northlight.shops.localhost]
  plan: medium
  release: "14.0"
  country: FR
  bundles: [storeNetwork]
  stores:
    - {code: DC, name: Central, kind: warehouse}
    - {code: LYO, name: Lyon, suppliedBy: SUPPLIER, tills: 2}
"""


def described(folder: Path, name: str = "northlight", supplier: str = "DC") -> str:
    file = folder / "stores.yaml"
    file.write_text(STORES.replace("NAME", name).replace("SUPPLIER", supplier))
    return str(file)


def test_set_stores_tells_what_is_new_and_does_it_once(world: World, tmp_path: Path) -> None:
    assert world.run("tenant", "create", "-f", described(tmp_path), "--display-name", "Shop").exit_code == 0
    more = Path(described(tmp_path))
    more.write_text(
        more.read_text() + "    - {code: NIC, name: Nice, suppliedBy: DC}\n  whoDecides: {a.b: {c: store}}\n"
        "  headOffice: [{login: ana, roles: [buyer]}]\n"
        "  policies: {counts: [{name: All, daysA: 30}], tills: [{name: All, silentMinutes: 5}]}\n"
    )
    plan = world.json("tenant", "set-stores", "northlight", "-f", str(more), "--dry-run")
    assert plan["changes"] == [
        "store NIC: Nice is new",
        "head office ana: ana is new",
        "whoDecides: changed",
        "policies: changed",
    ]
    assert world.json("tenant", "set-stores", "northlight", "-f", str(more), "--yes")["kind"] == "SetStores"
    assert len(world.tenant("northlight").spec.stores) == 3
    assert [each.login for each in world.tenant("northlight").spec.head_office] == ["ana"]
    assert world.tenant("northlight").spec.display_name == "Shop"
    again = world.run("tenant", "set-stores", "northlight", "-f", str(more), "--yes")
    assert "Nothing to do" in again.stderr


def test_a_bundle_is_added_to_those_that_a_tenant_has_by_default(shop: World) -> None:
    plan = shop.json("tenant", "add-bundle", "northlight", "storeNetwork", "--dry-run")
    assert plan["changes"] == ["bundle storeNetwork: retail_store_network and what they need are installed"]
    asked = shop.run("tenant", "add-bundle", "northlight", "storeNetwork", "--yes")
    assert "there is no way back" in asked.stderr
    assert shop.tenant("northlight").spec.bundles == ("ecommerce", "storeNetwork")
    again = shop.run("tenant", "add-bundle", "northlight", "ecommerce", "--yes")
    assert "Nothing to do" in again.stderr


def test_a_bundle_that_there_is_not_names_those_that_there_are(shop: World) -> None:
    refused = shop.run("tenant", "add-bundle", "northlight", "rental", "--yes")
    assert refused.exit_code == ExitCode.USAGE
    assert "choose from: ecommerce, storeNetwork" in refused.stderr
    assert shop.changes() == []


def test_what_the_new_description_leaves_out_of_an_object_is_taken_away(world: World, tmp_path: Path) -> None:
    file = Path(described(tmp_path))
    short = file.read_text()
    file.write_text(
        short + "  whoDecides: {a.b: {c: store, d: region}, e.f: {g: central}}\n"
        "  policies: {counts: [{name: All, daysA: 30}]}\n"
    )
    world.run("tenant", "create", "-f", str(file))
    file.write_text(short + "  whoDecides: {a.b: {c: store}}\n")
    world.run("tenant", "set-stores", "northlight", "-f", str(file), "--yes")
    assert world.tenant("northlight").spec.who_decides == {"a.b": {"c": "store"}}
    assert not world.tenant("northlight").spec.policies.each


def test_a_wrong_store_is_named_before_anything_is_changed(world: World, tmp_path: Path) -> None:
    world.run("tenant", "create", "-f", described(tmp_path))
    before = world.tenant("northlight").spec
    result = world.run("tenant", "set-stores", "northlight", "-f", described(tmp_path, supplier="XX"), "--yes")
    assert result.exit_code == ExitCode.USAGE
    assert "spec.stores[LYO].suppliedBy: there is no store or warehouse with the code 'XX'" in result.stderr
    assert world.tenant("northlight").spec == before


def test_the_file_of_another_tenant_is_refused(shop: World, tmp_path: Path) -> None:
    result = shop.run("tenant", "set-stores", "northlight", "-f", described(tmp_path, name="rua"), "--yes")
    assert result.exit_code == ExitCode.USAGE
    assert "describes 'rua', not 'northlight'" in result.stderr


def test_stores_of_a_tenant_without_their_bundle_are_refused(shop: World, tmp_path: Path) -> None:
    result = shop.run("tenant", "set-stores", "northlight", "-f", described(tmp_path), "--yes")
    assert result.exit_code == ExitCode.USAGE
    assert "northlight has no storeNetwork" in result.stderr
    assert shop.changes() == []
