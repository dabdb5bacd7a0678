"""What is wrong with stores among each other: each problem names the store and says what to do."""

from typing import Any

import pytest

from controller.core.network import bundle_problems, network_problems, store_changes
from controller.core.validation import check
from provisioning.person import Duty, HeadOfficePerson
from provisioning.policies import Policies
from provisioning.release import ECOMMERCE, STORE_NETWORK
from provisioning.store import Region, Store
from provisioning.tenant import CloneSource, TenantSpec
from tests.support import samples

BOTH = (STORE_NETWORK, ECOMMERCE)
DC = {"code": "DC", "name": "Central", "kind": "warehouse"}
WEB = {"code": "WEB", "name": "Web shop", "kind": "web", "shipsFrom": "DC"}
LYON = {"code": "LYO", "name": "Lyon", "suppliedBy": "DC", "region": "East"}


def problems(*stores: dict[str, Any], bundles: tuple[str, ...] | None = BOTH) -> list[tuple[str, str]]:
    """Fields and what is wrong with them, of a tenant with these stores and one region."""
    regions = (Region(name="East"),) if STORE_NETWORK in (bundles or ()) else ()
    spec = samples.tenant_spec(
        bundles=bundles, regions=regions, stores=tuple(Store.model_validate(each) for each in stores)
    )
    return [(each.field, each.message) for each in network_problems(spec)]


def test_a_network_that_fits_together_has_no_problems() -> None:
    assert problems(DC, WEB, LYON) == []
    assert problems({**DC, "suppliedBy": "LYO"}, {"code": "LYO", "name": "Lyon"}) == []


@pytest.mark.parametrize(
    ("stores", "field", "words"),
    [
        ((DC, {**LYON, "suppliedBy": "XX"}), "spec.stores[LYO].suppliedBy", "code 'XX'"),
        ((DC, WEB, {**LYON, "suppliedBy": "WEB"}), "spec.stores[LYO].suppliedBy", "code 'WEB'"),
        (({**WEB, "shipsFrom": "XX"},), "spec.stores[WEB].shipsFrom", "code 'XX'"),
        ((DC, {**LYON, "region": "West"}), "spec.stores[LYO].region", "no region 'West'"),
        ((DC, {**LYON, "name": "Central"}), "spec.stores", "DC, LYO have the same name"),
        ((DC, WEB, {**WEB, "code": "W2", "name": "Second"}), "spec.stores", "WEB, W2 are web shops"),
        (
            ({**DC, "suppliedBy": "LYO"}, LYON),
            "spec.stores[DC].suppliedBy",
            "DC → LYO → DC supply each other in a circle",
        ),
    ],
)
def test_what_does_not_fit_is_told_once_and_names_the_store(
    stores: tuple[dict[str, Any], ...], field: str, words: str
) -> None:
    [(where, message)] = problems(*stores)
    assert where == field
    assert words in message


def test_a_policy_of_a_place_that_is_not_described_is_named() -> None:
    policies = Policies.model_validate({"tills": [{"name": "Malls", "stores": ["DC", "WEB", "XX"]}]})
    stores = tuple(Store.model_validate(each) for each in (DC, WEB))
    found = network_problems(samples.tenant_spec(bundles=BOTH, stores=stores, policies=policies))
    assert [each.field for each in found] == ["spec.policies.tills[Malls].stores"] * 2
    assert [each.message.rsplit(maxsplit=1)[-1] for each in found] == ["'WEB'", "'XX'"]
    one = {
        "purchases": [{"name": "P", "store": "XX"}],
        "reserves": [{"channel": "web", "store": "XX", "share": 5}],
    }
    found = network_problems(
        samples.tenant_spec(bundles=BOTH, stores=stores, policies=Policies.model_validate(one))
    )
    assert [each.field for each in found] == [
        "spec.policies.purchases[P].store",
        "spec.policies.reserves[web, XX].store",
    ]
    ana = HeadOfficePerson(login="ana", duties=(Duty.IMPORTER,))
    [without] = network_problems(samples.tenant_spec(bundles=(), head_office=(ana,)))
    assert without.message == "without storeNetwork nothing sets up what spec.headOffice say"
    [without] = network_problems(samples.tenant_spec(bundles=(), policies=policies.model_copy()))[:1]
    assert without.message == "without storeNetwork nothing sets up what spec.policies say"


def test_a_change_names_everybody_of_head_office_who_gets_or_loses_something() -> None:
    """Taken out of the file, nobody loses it in Odoo."""

    def described(*people: dict[str, Any]) -> TenantSpec:
        head_office = tuple(HeadOfficePerson.model_validate(each) for each in people)
        return samples.tenant_spec(bundles=BOTH, head_office=head_office)

    ana = {"login": "ana", "name": "Ana Sousa", "roles": ["buyer"]}
    eva, rui = ({"login": login, "duties": ["importer"]} for login in ("eva", "rui"))
    more = {**eva, "duties": ["importer", "policy"], "roles": ["buyer"]}
    assert store_changes(described(ana, eva), described(rui, more)) == (
        "head office ana: Ana Sousa is taken out of the description, and stays in Odoo",
        "head office eva: duties, roles",
        "head office rui: rui is new",
    )
    assert store_changes(described(ana, eva), described(eva, ana)) == ()


def test_who_is_supplied_from_a_circle_is_not_blamed_for_it() -> None:
    circle = [{**DC, "suppliedBy": "LYO"}, LYON, {"code": "NIC", "name": "Nice", "suppliedBy": "DC"}]
    assert [field for field, _ in problems(*circle)] == ["spec.stores[DC].suppliedBy"]


def test_without_the_bundle_nobody_would_set_up_what_stores_say() -> None:
    [(field, message)] = problems(DC, WEB, {**LYON, "region": None, "tills": 2}, bundles=None)
    assert field == "spec.bundles"
    assert "what spec.stores[DC] and 2 more say" in message


def test_stores_as_they_were_before_bundles_need_none() -> None:
    """Every field that the API server fills in is there, too."""
    old = {"code": "P1", "name": "Porto", "timeZone": "Europe/Lisbon", "openingHours": {"mon": "09:00-18:00"}}
    filled = Store.model_validate(old).model_dump(mode="json", by_alias=True, exclude_none=True)
    assert problems(old, filled | {"code": "P2"}, bundles=None) == []


def test_a_web_shop_needs_a_website() -> None:
    [(field, message)] = problems(DC, WEB, bundles=(STORE_NETWORK,))
    assert (field, message) == ("spec.stores[WEB].kind", "there is no web shop without ecommerce")


def test_a_bundle_has_to_be_of_the_release() -> None:
    tenant = samples.tenant(bundles=("ecommerce", "rental"))
    [problem] = bundle_problems(tenant, samples.release().spec)
    assert str(problem) == "spec.bundles: release 14.0 has no rental; choose from: ecommerce, storeNetwork"
    [problem] = bundle_problems(tenant.model_copy(), samples.release(bundles={}, defaultBundles=[]).spec)
    assert problem.fix == "leave it out: this release has no bundles"


def test_the_command_line_and_the_operator_ask_the_same() -> None:
    stores = (Store.model_validate({**LYON, "region": None}),)
    tenant = samples.tenant(bundles=(STORE_NETWORK,), stores=stores)
    assert [each.field for each in check(tenant, samples.catalogue(tenant))] == ["spec.stores[LYO].suppliedBy"]


def test_a_clone_has_the_bundles_of_its_source() -> None:
    source = samples.tenant("shop", bundles=BOTH)
    clone = {"id": "b123456789", "clone_of": CloneSource(tenant="shop"), "applied": False}
    for bundles, said in (
        (BOTH[::-1], []),
        (None, ["spec.bundles: none is not what the clone's source shop has"]),
        (BOTH[:1], ["spec.bundles: [storeNetwork] is not what the clone's source shop has"]),
    ):
        tenant = samples.tenant("copy", bundles=bundles, **clone)
        found = [str(each) for each in check(tenant, samples.catalogue(source, tenant))]
        assert [each.partition(";")[0] for each in found] == said
