"""Bad input: one sentence that names the field and the fix, a documented exit code, and nothing changed."""

from pathlib import Path

import pytest

from controller.adapters.kube_errors import missing_kind
from controller.core.ports import Ref
from controller.errors import ConflictError, ExitCode, RefusedError, UnavailableError
from provisioning.meta import API_VERSION
from tests.unit.cli.world import NAMESPACE, World

HEAD = f"kind: Tenant\napiVersion: {API_VERSION}\nmetadata: {{name: a}}\n"
CREATE = ("tenant", "create", "rua", "--country", "PT", "--plan", "small")
# A shop that is there already, at another address.
CREATE_AGAIN = (*CREATE[:2], "northlight", "--country", "FR", *CREATE[5:], "--hostname", "n2.shops.localhost")


def refused(world: World, code: ExitCode, *words: str, says: tuple[str, ...], answer: str | None = None) -> str:
    """The command ends with this code and says all this on standard error, and nothing was changed."""
    before = world.kube.objects()
    result = world.run(*words, answer=answer)
    assert result.exit_code == code, result.output
    for text in says:
        assert text in result.stderr, result.stderr
    assert "Traceback" not in result.output
    assert world.changes() == []
    assert [each for each in world.kube.objects() if each["kind"] != "AuditRecord"] == [
        each for each in before if each["kind"] != "AuditRecord"
    ]
    return result.stderr


@pytest.mark.parametrize("name", ["Rua", "rua_1", "-rua", "rua-", "r" * 64, "rua.pt", "ümlaut", " "])
def test_names_that_kubernetes_would_not_take(world: World, name: str) -> None:
    words = ("tenant", "create", "--country", "PT", "--plan", "small", "--", name)
    refused(world, ExitCode.USAGE, *words, says=("metadata.name", "lower-case letters"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--plan", "huge"), ("spec.plan", "there is no plan 'huge'", "large, medium, small")),
        (("--release", "9.0"), ("spec.release", "there is no release '9.0'", "choose one of: 14.0")),
        (("--country", "XX"), ("spec.country", "no chart of accounts for 'XX'", "FR, PT")),
        (("--country", "Portugal"), ("spec.country", "'Portugal'", "ISO 3166-1")),
        (("--language", "xx_XX"), ("spec.languages", "does not know xx_XX", "pt_PT")),
        (("--language", "Portuguese"), ("spec.languages[0]", "'Portuguese'", "language code")),
        (
            ("--hostname", "rua.example.com"),
            ("spec.hostnames", "not under a domain of partner", "shops.localhost"),
        ),
        (("--hostname", "Rua Shop"), ("spec.hostnames[0]", "'Rua Shop'", "DNS name")),
        (("--hostname", "a.shops.localhost", "--hostname", "a.shops.localhost"), ("must not repeat",)),
        (("--time-zone", "Europe/Porto"), ("spec.timeZone", "'Europe/Porto'", "IANA")),
        (("--currency", "euro"), ("spec.currency", "'euro'", "ISO 4217")),
        (("--currency", "XYZ"), ("spec.currency", "there is no currency 'XYZ'", "ISO 4217 code such as EUR")),
        (("--database-server", "other"), ("spec.databaseServer", "'other'", "choose one of: default")),
        (("--storage", "lots"), ("spec.storage", "'lots'", "quantity")),
    ],
)
def test_fields_of_a_new_tenant(world: World, options: tuple[str, ...], says: tuple[str, ...]) -> None:
    refused(world, ExitCode.USAGE, *CREATE, *options, says=says)


def test_several_problems_are_all_told_at_once(world: World) -> None:
    words = (*CREATE, "--plan", "huge", "--country", "DE", "--time-zone", "Nowhere/Land")
    refused(world, ExitCode.USAGE, *words, says=("spec.plan", "spec.country", "spec.timeZone"))


def test_missing_country(world: World) -> None:
    words = ("tenant", "create", "rua", "--plan", "small")
    refused(world, ExitCode.USAGE, *words, says=("spec.country: is missing", "--country"))


def test_missing_plan_among_several(world: World) -> None:
    words = ("tenant", "create", "rua", "--country", "PT")
    refused(world, ExitCode.USAGE, *words, says=("spec.plan: is missing", "large, medium, small"))


def test_hostname_of_another_tenant(shop: World) -> None:
    words = (*CREATE, "--hostname", "northlight.shops.localhost")
    says = ("spec.hostnames", "already belongs to tenant northlight", "choose another hostname")
    refused(shop, ExitCode.USAGE, *words, says=says)


def test_name_of_another_tenant(shop: World) -> None:
    refused(shop, ExitCode.CONFLICT, *CREATE_AGAIN, says=("metadata.name", "exists already", "another name"))


def test_half_deleted_tenant_created_again(shop: World) -> None:
    where = Ref(API_VERSION, "Tenant", "northlight", NAMESPACE)
    shop.kube.delete(where)
    shop.kube.faults.calls.clear()
    refused(shop, ExitCode.CONFLICT, *CREATE_AGAIN, says=("still being deleted", "shopfleet procedure list"))
    refused(shop, ExitCode.CONFLICT, "tenant", "suspend", "northlight", "--yes", says=("is being deleted",))


def test_rename_onto_the_address_of_another(shop: World) -> None:
    assert shop.run(*CREATE).exit_code == 0
    shop.kube.faults.calls.clear()
    words = ("tenant", "rename", "rua", "--hostname", "northlight.shops.localhost", "--yes")
    refused(shop, ExitCode.USAGE, *words, says=("spec.hostnames", "already belongs to tenant northlight"))


def test_rename_to_what_is_no_hostname(shop: World) -> None:
    words = ("tenant", "rename", "northlight", "--hostname", "North Light", "--yes")
    refused(shop, ExitCode.USAGE, *words, says=("spec.hostnames", "'North Light'"))


def test_rename_to_nothing(shop: World) -> None:
    refused(shop, ExitCode.USAGE, "tenant", "rename", "northlight", says=("--hostname", "--display-name"))


def test_plan_with_less_storage(shop: World) -> None:
    words = ("tenant", "set-plan", "northlight", "small", "--yes")
    refused(shop, ExitCode.USAGE, *words, says=("shrink from 50Gi", "a volume cannot be made smaller"))


def test_storage_that_shrinks(shop: World) -> None:
    grown = ("tenant", "set-plan", "northlight", "medium", "--storage")
    assert shop.run(*grown, "100Gi", "--yes").exit_code == ExitCode.OK
    shop.kube.faults.calls.clear()
    refused(shop, ExitCode.USAGE, *grown, "60Gi", "--yes", says=("spec.storage", "shrink from 100Gi to 60Gi"))


def test_unknown_plan_for_a_living_tenant(shop: World) -> None:
    words = ("tenant", "set-plan", "northlight", "gigantic", "--yes")
    refused(shop, ExitCode.USAGE, *words, says=("spec.plan", "large, medium, small"))


def test_delete_without_confirmation(shop: World) -> None:
    refused(shop, ExitCode.USAGE, "tenant", "delete", "northlight", says=("--confirm northlight",), answer="")


def test_delete_with_another_name(shop: World) -> None:
    words = ("tenant", "delete", "northlight")
    refused(shop, ExitCode.USAGE, *words, "--confirm", "atelier", says=("'atelier' is not the tenant's name",))
    refused(shop, ExitCode.USAGE, *words, says=("is not the tenant's name",), answer="yes\n")


def test_database_server_that_is_full(world: World) -> None:
    world.kube.patch(Ref(API_VERSION, "DatabaseServer", "default"), {"spec": {"acceptsTenants": False}})
    world.kube.faults.calls.clear()
    refused(world, ExitCode.USAGE, *CREATE, says=("spec.databaseServer", "default"))


def test_database_server_that_is_down_is_found_by_the_operator(world: World) -> None:
    world.operator.failing["validate"] = "the database server default gives no answer"
    result = world.run(*CREATE)
    assert result.exit_code == ExitCode.FAILED
    assert "gives no answer" in result.stderr


def test_clone_of_nothing_and_of_something_unfinished(world: World) -> None:
    refused(world, ExitCode.NOT_FOUND, "tenant", "clone", "nobody", "copy", says=("has no tenant 'nobody'",))
    world.run(*CREATE, "--no-wait")
    world.kube.faults.calls.clear()
    words = ("tenant", "clone", "rua", "copy")
    refused(world, ExitCode.USAGE, *words, says=("spec.cloneOf.tenant", "not provisioned yet"))


def test_password_of_a_tenant_that_is_not_there_yet(world: World) -> None:
    world.run(*CREATE, "--no-wait")
    world.kube.faults.calls.clear()
    words = ("tenant", "password", "rua", "--yes")
    refused(world, ExitCode.USAGE, *words, says=("not provisioned yet", "shopfleet tenant show rua"))


def test_conflicting_change_in_between(shop: World) -> None:
    shop.kube.faults.fail("patch", ConflictError("Cannot patch Tenant: somebody else changed it first."))
    result = shop.run("tenant", "set-plan", "northlight", "large", "--yes")
    assert result.exit_code == ExitCode.CONFLICT
    assert "somebody else changed it first" in result.stderr
    assert shop.tenant("northlight").spec.plan == "medium"


def test_unreachable_cluster(world: World) -> None:
    world.kube.faults.fail("list", UnavailableError("Cannot list: nothing listens there.", hint="Is it running?"))
    refused(world, ExitCode.UNREACHABLE, "tenant", "list", "-A", says=("nothing listens there", "Is it running?"))


def test_missing_resource_definitions(world: World) -> None:
    world.kube.faults.fail("get", missing_kind(API_VERSION, "Tenant"))
    words = ("tenant", "show", "northlight")
    refused(world, ExitCode.REFUSED, *words, says=("does not know the kind Tenant", "shopfleet install"))


def test_forbidden_verb(world: World) -> None:
    world.kube.faults.fail("list", RefusedError("User x may not list tenants.", hint="Grant the verb"))
    refused(world, ExitCode.REFUSED, "tenant", "list", "-A", says=("may not list tenants", "Grant the verb"))


def test_unknown_partner(world: World) -> None:
    words = ("--partner", "nobody", "tenant", "list")
    refused(world, ExitCode.NOT_FOUND, *words, says=("there is no partner 'nobody'", "default"))


def test_unknown_tenant_and_procedure(world: World) -> None:
    refused(world, ExitCode.NOT_FOUND, "tenant", "show", "nobody", says=("has no tenant 'nobody'", "tenant list"))
    refused(world, ExitCode.NOT_FOUND, "procedure", "show", "none", says=("no procedure 'none'", "procedure list"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is not YAML"),
        ("kind: Plan", "holds 0 tenants"),
        ("kind: Tenant\n---\nkind: Tenant", "holds 2 tenants"),
        ("kind: Tenant\napiVersion: v1", "apiVersion"),
        (f"kind: Tenant\napiVersion: {API_VERSION}", "metadata.name: is missing"),
        (
            f"kind: Tenant\napiVersion: {API_VERSION}\nmetadata: {{name: a, namespace: partner-other}}",
            "add --partner other",
        ),
        (
            HEAD + "spec: {country: FR, plan: small, colour: red}",
            "spec.colour: there is no such field",
        ),
        (
            HEAD + "spec: {country: FR, plan: small, stores: [{code: toolong, name: x}]}",
            "spec.stores[0].code",
        ),
    ],
)
def test_files_that_hold_no_tenant(world: World, tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "tenant.yaml"
    path.write_text(content)
    refused(world, ExitCode.USAGE, "tenant", "create", "-f", str(path), says=(says,))


def test_file_that_is_not_there(world: World) -> None:
    refused(
        world, ExitCode.USAGE, "tenant", "create", "-f", "/nowhere.yaml", says=("there is no file /nowhere.yaml",)
    )
