"""What cannot be had: every problem names the field and the fix, and all come at once."""

from datetime import timedelta
from typing import Any

import pytest

from controller.core.claims import id_owner
from controller.core.problem import Catalogue
from controller.core.validation import check
from provisioning.partner import Partner
from provisioning.tenant import AppliedSpec, CloneSource, Store, Tenant
from tests.support.samples import NOW, catalogue, partner, release, server, tenant, tenant_spec

NEW: dict[str, Any] = {"applied": False, "age": timedelta(minutes=1)}
SMALL = AppliedSpec.of(tenant_spec())
LARGE = AppliedSpec.of(tenant_spec(plan="large"))


def neighbour(name: str = "other", **fields: Any) -> Tenant:
    return tenant(name, **{"id": f"b{len(name):09}", **fields})


SOURCE = neighbour("original")


def clone(**fields: Any) -> Tenant:
    return tenant(**NEW, **{"clone_of": CloneSource(tenant="original"), **fields})


BAD = [
    # (what, tenant, catalogue, field, words)
    ("plan", tenant(plan="huge", **NEW), catalogue(), "spec.plan", "choose one of: large, medium, small"),
    ("release", tenant(release="99.0", **NEW), catalogue(), "spec.release", "choose one of: 14.0"),
    ("server", tenant(database_server="x", **NEW), catalogue(), "spec.databaseServer", "choose one of: default"),
    ("no server yet", tenant(**NEW), catalogue(servers={}), "spec.databaseServer", "(none exists yet)"),
    ("partner", tenant(**NEW), catalogue(partner=None), "metadata.namespace", "kubectl get partners"),
    ("country", tenant(country="US", **NEW), catalogue(), "spec.country", "choose one of: FR, DE"),
    ("language", tenant(languages=("xx_XX",), **NEW), catalogue(), "spec.languages", "choose from: fr_FR, de_DE"),
    (
        "foreign hostname",
        tenant(hostnames=("rua.example.com",), **NEW),
        catalogue(),
        "spec.hostnames",
        "use a name under: shops.localhost",
    ),
    (
        "the domain's own name is not a shop",
        tenant(hostnames=("shops.localhost",), **NEW),
        catalogue(),
        "spec.hostnames",
        "use a name under",
    ),
    (
        "a look-alike of the domain",
        tenant(hostnames=("evilshops.localhost",), **NEW),
        catalogue(),
        "spec.hostnames",
        "use a name under",
    ),
    (
        "taken hostname",
        tenant(hostnames=("other.shops.localhost",), **NEW),
        catalogue(neighbour()),
        "spec.hostnames",
        "belongs to tenant other; choose another hostname",
    ),
    (
        "taken redirect",
        tenant(hostnames=("rua.shops.localhost", "old.shops.localhost"), **NEW),
        catalogue(neighbour(hostnames=("other.shops.localhost", "old.shops.localhost"))),
        "spec.hostnames",
        "old.shops.localhost already belongs",
    ),
    (
        "a hostname that its owner is giving up is still in use",
        tenant(hostnames=("other.shops.localhost",), **NEW),
        catalogue(neighbour(hostnames=("new.shops.localhost",), applied=AppliedSpec.of(tenant_spec("other")))),
        "spec.hostnames",
        "belongs to tenant other",
    ),
    (
        "rename onto an existing tenant",
        tenant(hostnames=("other.shops.localhost",), applied=SMALL),
        catalogue(neighbour(age=timedelta(minutes=1))),
        "spec.hostnames",
        "belongs to tenant other",
    ),
    ("currency", tenant(currency="XYZ", **NEW), catalogue(), "spec.currency", "ISO 4217"),
    ("currency that is no more", tenant(currency="DEM", **NEW), catalogue(), "spec.currency", "ISO 4217"),
    ("time zone", tenant(time_zone="Mars/Base", **NEW), catalogue(), "spec.timeZone", "Europe/Paris"),
    (
        "a store's time zone",
        tenant(stores=(Store(code="P1", name="Pop-up", time_zone="Mars/Base"),), **NEW),
        catalogue(),
        "spec.stores[P1].timeZone",
        "IANA",
    ),
    ("smaller plan", tenant(plan="small", applied=LARGE), catalogue(), "spec.plan", "set spec.storage to 250Gi"),
    (
        "smaller storage",
        tenant(storage="10Gi", applied=SMALL.model_copy(update={"storage": "20Gi"})),
        catalogue(),
        "spec.storage",
        "shrink from 20Gi to 10Gi",
    ),
    (
        "smaller plan behind an own size that the old plan exceeded",
        tenant(plan="small", storage="20Gi", applied=LARGE.model_copy(update={"storage": "20Gi"})),
        catalogue(),
        "spec.storage",
        "shrink from 250Gi to 20Gi",
    ),
    (
        "partner full",
        tenant(**NEW),
        catalogue(neighbour(), partner=partner(max_tenants=1)),
        "metadata.namespace",
        "raise the partner's maxTenants",
    ),
    (
        "server full",
        tenant(**NEW),
        catalogue(neighbour(), servers={"default": server(max_tenants=1), "b": server()}),
        "spec.databaseServer",
        "is full (1 of 1 tenants); choose another of: b",
    ),
    (
        "server closed",
        tenant(**NEW),
        catalogue(servers={"default": server(accepts_tenants=False)}),
        "spec.databaseServer",
        "accepts no new tenants",
    ),
    ("no source", clone(), catalogue(), "spec.cloneOf.tenant", "there is no tenant 'original'"),
    (
        "another partner's source",
        clone(),
        catalogue(neighbour("original", namespace="partner-other")),
        "spec.cloneOf.tenant",
        "name one of your own",
    ),
    (
        "unfinished source",
        clone(),
        catalogue(neighbour("original", applied=False)),
        "spec.cloneOf.tenant",
        "wait for it",
    ),
    ("itself", clone(clone_of=CloneSource(tenant="rua")), catalogue(), "spec.cloneOf.tenant", "clone of itself"),
    ("source's country", clone(country="DE"), catalogue(SOURCE), "spec.country", "set spec.country to FR"),
    (
        "source's release",
        clone(release="15.0"),
        catalogue(SOURCE, releases={"14.0": release(), "15.0": release()}),
        "spec.release",
        "set spec.release to 14.0",
    ),
    ("source's currency", clone(currency="USD"), catalogue(SOURCE), "spec.currency", "set spec.currency to EUR"),
    (
        "another tenant's id",
        tenant(id="b000000005", **NEW),
        catalogue(neighbour(namespace="partner-other")),
        "spec.id",
        "leave spec.id out",
    ),
]


@pytest.mark.parametrize(("what", "subject", "known", "field", "words"), BAD, ids=[case[0] for case in BAD])
def test_a_problem_names_the_field_and_the_fix(
    what: str, subject: Tenant, known: Catalogue, field: str, words: str
) -> None:
    (problem,) = check(subject, known)
    assert problem.field == field
    assert problem.fix
    assert words in str(problem)
    assert str(problem).startswith(f"{field}: ")


GOOD = [
    ("new", tenant(**NEW), catalogue(neighbour())),
    ("itself is among the tenants", tenant(), catalogue(tenant())),
    ("larger plan", tenant(plan="large", applied=SMALL), catalogue()),
    ("smaller plan with its storage kept", tenant(plan="small", storage="250Gi", applied=LARGE), catalogue()),
    ("the limits are for new tenants", tenant(), catalogue(neighbour(), partner=partner(max_tenants=1))),
    (
        "a provisioned one stays on a closed server",
        tenant(),
        catalogue(servers={"default": server(accepts_tenants=False)}),
    ),
    ("clone", clone(), catalogue(SOURCE)),
    ("a clone that names the currency which its source has unnamed", clone(currency="EUR"), catalogue(SOURCE)),
    ("a clone outlives its source", tenant(clone_of=CloneSource(tenant="original")), catalogue()),
    (
        "the last place goes to the older of two new ones",
        tenant(**NEW),
        catalogue(
            neighbour(applied=False, age=timedelta(seconds=5)),
            partner=partner(max_tenants=1),
            servers={"default": server(max_tenants=1)},
        ),
    ),
    (
        "a hostname wanted by a younger one too",
        tenant(hostnames=("x.shops.localhost",), **NEW),
        catalogue(neighbour(hostnames=("x.shops.localhost",), applied=False, age=timedelta(seconds=5))),
    ),
]


@pytest.mark.parametrize(("what", "subject", "known"), GOOD, ids=[case[0] for case in GOOD])
def test_what_can_be_had_has_no_problem(what: str, subject: Tenant, known: Catalogue) -> None:
    assert check(subject, known) == ()


def owned_by(name: str, domain: str) -> Partner:
    found = partner(domains=(domain,))
    return found.model_copy(update={"metadata": found.metadata.model_copy(update={"name": name})})


TWO_PARTNERS = {
    "partner-default": partner(),
    "partner-acme": owned_by("acme", "acme.shops.localhost"),
    "partner-far": owned_by("far", "far.example.com"),
}


def test_of_two_partners_domains_the_longer_one_counts() -> None:
    wanted = ("x.acme.shops.localhost",)
    (problem,) = check(tenant(hostnames=wanted, **NEW), catalogue(partners=TWO_PARTNERS))
    assert problem.field == "spec.hostnames"
    acme = catalogue(partners=TWO_PARTNERS, partner=TWO_PARTNERS["partner-acme"])
    assert check(tenant(hostnames=wanted, namespace="partner-acme", **NEW), acme) == ()


def test_partners_may_share_a_domain() -> None:
    shared = {"partner-default": partner(), "partner-twin": owned_by("twin", "shops.localhost")}
    assert check(tenant(**NEW), catalogue(partners=shared)) == ()


def test_a_stranger_keeps_nobody_from_a_hostname_by_merely_asking_for_it() -> None:
    stranger = neighbour(namespace="partner-far", hostnames=("rua.shops.localhost",), applied=False)
    assert check(tenant(**NEW), catalogue(stranger, partners=TWO_PARTNERS)) == ()


def test_who_is_entitled_and_was_first_keeps_it() -> None:
    wanted = ("x.acme.shops.localhost",)
    first = neighbour(namespace="partner-acme", hostnames=wanted, applied=False)
    second = tenant(namespace="partner-acme", hostnames=wanted, **NEW)
    acme = catalogue(first, partners=TWO_PARTNERS, partner=TWO_PARTNERS["partner-acme"])
    assert [problem.field for problem in check(second, acme)] == ["spec.hostnames"]


def test_all_problems_come_at_once() -> None:
    subject = tenant(plan="huge", country="US", time_zone="Mars/Base", hostnames=("a.example.com",), **NEW)
    fields = [problem.field for problem in check(subject, catalogue())]
    assert fields == ["spec.plan", "spec.country", "spec.hostnames", "spec.timeZone"]


def test_of_two_new_tenants_with_one_hostname_exactly_one_is_refused() -> None:
    wanted = ("x.shops.localhost",)
    for ages in ((5, 9), (9, 5), (5, 5)):
        pair = [
            neighbour(name, hostnames=wanted, applied=False, age=timedelta(seconds=age), uid=name)
            for name, age in zip(("a", "bb"), ages, strict=True)
        ]
        refused = [subject for subject in pair if check(subject, catalogue(*pair))]
        assert len(refused) == 1


def test_the_owner_of_an_id_is_who_is_provisioned_then_who_was_first() -> None:
    young = tenant("young", age=timedelta(seconds=1))
    old = tenant("old", applied=False)
    assert id_owner(old, (young, old)) == young
    assert id_owner(young, (young, old)) is None
    assert id_owner(tenant(id=None, **NEW), (young, old)) is None


def test_an_id_s_owner_is_not_named_to_strangers() -> None:
    stranger = neighbour("secret-brand", namespace="partner-other")
    (problem,) = check(tenant(id=stranger.spec.id, **NEW), catalogue(stranger))
    assert "secret-brand" not in str(problem)


def test_a_hostname_s_owner_is_not_named_to_strangers() -> None:
    stranger = neighbour("secret-brand", namespace="partner-other", hostnames=("x.shops.localhost",))
    (problem,) = check(tenant(hostnames=("x.shops.localhost",), **NEW), catalogue(stranger))
    assert "secret-brand" not in str(problem)


def test_ages_are_in_the_past() -> None:
    assert tenant(**NEW).metadata.creation_timestamp < NOW


def test_any_money_in_use_may_be_chosen_and_books_outlive_theirs() -> None:
    for currency in ("EUR", "USD", "XOF", None):
        assert check(tenant(currency=currency, **NEW), catalogue()) == ()
    assert check(tenant(currency="DEM"), catalogue()) == ()
