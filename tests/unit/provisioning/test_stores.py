"""What a tenant says of its stores, what Odoo is told of it, and the Job that tells."""

import base64
import json
from typing import Any

import pytest
from pydantic import ValidationError

from provisioning import network
from provisioning.meta import Manifest
from provisioning.objects import jobs, stores
from provisioning.person import Duty, HeadOfficePerson
from provisioning.policies import Policies
from provisioning.store import Store, StoreKind
from provisioning.tenant import Tenant, TenantSpec
from tests.unit.provisioning.samples import example, inputs

NORTHLIGHT = example("northlight")
PLACE = jobs.tenant_place(NORTHLIGHT, "northlight-create-1", "r1")
JOB = stores.stores_job(PLACE, "stores", NORTHLIGHT, inputs("northlight").release)
SECRET = stores.stores_secret(PLACE, "stores", NORTHLIGHT)


def changed(tenant: Tenant = NORTHLIGHT, **spec: Any) -> str:
    return network.digest(tenant.spec.model_copy(update=spec))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "web"}, "a web shop needs shipsFrom"),
        ({"shipsFrom": "DC"}, "only a web shop has shipsFrom"),
        ({"kind": "web", "shipsFrom": "DC", "tills": 1}, "a web shop has no tills"),
        ({"kind": "web", "shipsFrom": "DC", "region": "East"}, "a web shop has no tills, no region"),
        ({"suppliedBy": "LYO"}, "suppliedBy names the store itself"),
        ({"code": "LYON12"}, "String should have at most 5 characters"),
        ({"kind": "kiosk"}, "'store', 'warehouse' or 'web'"),
        ({"tills": 51}, "less than or equal to 50"),
        ({"people": [{"login": "a b", "role": "buyer"}]}, "should match pattern"),
        ({"people": [{"login": "ana", "role": "king"}]}, "'store_manager', 'warehouse_supervisor'"),
        ({"people": [{"login": "ana", "role": "buyer", "duties": ["approves"]}]}, "'product_approver'"),
        ({"address": {"town": "Lyon"}}, "Extra inputs are not permitted"),
    ],
)
def test_a_store_that_contradicts_itself_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Store.model_validate({"code": "LYO", "name": "Lyon", **fields})


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "ana: name at least one role or duty"),
        ({"roles": ["store_manager"]}, "'buyer', 'finance_controller' or 'customer_service'"),
        ({"duties": ["king"]}, "'product_approver', 'price_editor'"),
        ({"role": "buyer"}, "Extra inputs are not permitted"),
    ],
)
def test_a_person_of_head_office_who_does_nothing_or_what_there_is_not_is_refused(
    said: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        HeadOfficePerson.model_validate({"login": "ana", **said})


def test_nobody_of_head_office_is_named_twice() -> None:
    twice = [{"login": "ana", "roles": ["buyer"]}, {"login": "ana", "duties": ["importer"]}]
    with pytest.raises(ValidationError, match="head office's logins must not repeat: ana, ana"):
        TenantSpec.model_validate({**NORTHLIGHT.spec.model_dump(by_alias=True), "headOffice": twice})


def test_head_office_alone_is_something_to_set_up_in_whatever_order() -> None:
    people = tuple(HeadOfficePerson(login=login, duties=(Duty.IMPORTER,)) for login in ("zoe", "ana"))
    alone = NORTHLIGHT.spec.model_copy(
        update={"stores": (), "regions": (), "policies": Policies(), "who_decides": {}, "head_office": people}
    )
    assert network.description(alone)["headOffice"] == [
        {"login": "ana", "duties": ["importer"]},
        {"login": "zoe", "duties": ["importer"]},
    ]
    assert network.digest(alone) == network.digest(alone.model_copy(update={"head_office": people[::-1]})) != ""


def test_odoo_is_told_only_what_is_said() -> None:
    told = network.description(NORTHLIGHT.spec)
    [web] = [store for store in told["stores"] if store["code"] == "WEB"]
    assert web["kind"] == "web"
    assert web["shipsFrom"] == "DC"
    assert not web.keys() & {"tills", "address", "suppliedBy", "timeZone"}
    assert told["stores"] == sorted(told["stores"], key=lambda store: store["code"])
    assert len([store for store in told["stores"] if "kind" not in store]) == 25


def test_a_store_whose_hours_nobody_said_is_not_called_closed() -> None:
    silent = Store(code="LYO", name="Lyon")
    spec = NORTHLIGHT.spec.model_copy(update={"stores": (silent,)})
    assert network.description(spec)["stores"] == [{"code": "LYO", "name": "Lyon"}]


def test_the_digest_is_of_what_is_said_and_not_of_its_order() -> None:
    own = network.digest(NORTHLIGHT.spec)
    assert len(own) == network.DIGITS
    assert changed(stores=tuple(reversed(NORTHLIGHT.spec.stores)), regions=NORTHLIGHT.spec.regions[::-1]) == own
    assert changed(display_name="Other", plan="large") == own
    assert changed(stores=NORTHLIGHT.spec.stores[1:]) != own
    assert changed(regions=()) != own


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"replenishment": [{"name": "S", "seasonFrom": "03-01"}]}, "S: say both seasonFrom and seasonTo"),
        ({"replenishment": [{"name": "S", "seasonFrom": "02-30", "seasonTo": "03-01"}]}, "should match pattern"),
        ({"counts": [{"name": "A"}, {"name": "A"}]}, "names must not repeat: counts: A"),
        ({"counts": [{"name": "A", "daysA": 0}]}, "greater than or equal to 1"),
        ({"tills": [{"name": "T", "minutes": 5}]}, "Extra inputs are not permitted"),
        (
            {"purchases": [{"name": "P", "amountFrom": 9, "amountBelow": 9}]},
            "P: amountBelow is more than amountFrom",
        ),
        ({"purchases": [{"name": "P", "people": 6}]}, "less than or equal to 5"),
        ({"reserves": [{"channel": "web", "share": 101}]}, "less than or equal to 100"),
        ({"reserves": [{"channel": "web", "share": 5}] * 2}, "names must not repeat: reserves: web"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Policies.model_validate(said)


def test_odoo_is_told_policies_in_their_order() -> None:
    told = network.description(NORTHLIGHT.spec)["policies"]
    names = [policy["name"] for policy in told["replenishment"]]
    assert names == [policy.name for policy in NORTHLIGHT.spec.policies.replenishment]
    assert told["replenishment"][-1] == {"name": "Toute l'année", "coverDays": 14, "safetyDays": 7}
    turned = NORTHLIGHT.spec.policies.model_copy(
        update={"replenishment": NORTHLIGHT.spec.policies.replenishment[::-1]}
    )
    assert changed(policies=turned) != network.digest(NORTHLIGHT.spec)


def test_policies_alone_are_something_to_set_up() -> None:
    counts = Policies.model_validate({"counts": [{"name": "A"}]})
    assert changed(stores=(), regions=(), head_office=(), who_decides={}, policies=counts)


def test_without_the_bundle_or_without_stores_there_is_nothing_to_set_up() -> None:
    assert changed(bundles=None) == changed(bundles=("ecommerce",)) == ""
    assert changed(stores=(), regions=(), head_office=(), who_decides={}, policies=Policies()) == ""


def test_the_description_travels_in_a_secret_and_in_nothing_that_others_may_list() -> None:
    told = json.loads(base64.b64decode(SECRET["data"][stores.DESCRIPTION_KEY]))
    assert told == {"digest": network.digest(NORTHLIGHT.spec), "network": network.description(NORTHLIGHT.spec)}
    assert "par1@northlight.example" not in json.dumps(JOB)
    assert SECRET["metadata"]["name"] == JOB["metadata"]["name"] == volume("stores")["secret"]["secretName"]


def volume(name: str) -> Manifest:
    volumes: list[Manifest] = JOB["spec"]["template"]["spec"]["volumes"]
    return next(each for each in volumes if each["name"] == name)


def test_the_job_runs_the_tenants_own_release_beside_its_files() -> None:
    (container,) = JOB["spec"]["template"]["spec"]["containers"]
    assert container["image"] == inputs("northlight").release.image
    assert container["command"] == [stores.APPLY_COMMAND]
    mounts = {each["name"]: each for each in container["volumeMounts"]}
    assert mounts["stores"]["mountPath"] == stores.FOLDER
    assert not mounts["files"].get("readOnly")
    assert JOB["metadata"]["annotations"] == {stores.ANNOTATION_NETWORK: network.digest(NORTHLIGHT.spec)}


def test_a_place_is_a_store_unless_it_says_otherwise() -> None:
    assert Store(code="LYO", name="Lyon").kind is StoreKind.STORE
