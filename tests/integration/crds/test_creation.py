"""The rules in the CRDs refuse a new object that is wrong, and name the field."""

import pytest

from provisioning.audit import AuditRecord
from provisioning.crd import Kind
from provisioning.databaseserver import DatabaseServer
from provisioning.partner import Partner
from provisioning.plan import Plan
from provisioning.procedure import Procedure
from provisioning.release import Release
from provisioning.tenant import Tenant
from tests.integration.crds.api import Api, refusal
from tests.integration.crds.objects import Change, put, spec, store, valid, without

pytestmark = pytest.mark.integration

TOO_MANY = [f"h{number}.shops.localhost" for number in range(21)]

# (kind, what is wrong, the edit, a part of the API server's answer)
CREATIONS: list[tuple[Kind, str, Change, str]] = [
    (Tenant, "id too short", spec("id", value="a1"), "spec.id"),
    (Tenant, "id with a capital", spec("id", value="A123456789"), "spec.id"),
    (Tenant, "no display name", spec("displayName", value=""), "spec.displayName"),
    (Tenant, "no hostname", spec("hostnames", value=[]), "spec.hostnames"),
    (Tenant, "too many hostnames", spec("hostnames", value=TOO_MANY), "spec.hostnames"),
    (Tenant, "hostname twice", spec("hostnames", value=["a.b", "a.b"]), "hostnames must not repeat"),
    (Tenant, "hostname with a capital", spec("hostnames", value=["Rua.shops"]), "spec.hostnames[0]"),
    (Tenant, "hostname of one label", spec("hostnames", value=["localhost"]), "spec.hostnames[0]"),
    (Tenant, "hostname with a path", spec("hostnames", value=["a.b/c"]), "spec.hostnames[0]"),
    (Tenant, "hostname with a wildcard", spec("hostnames", value=["*.b.c"]), "spec.hostnames[0]"),
    (Tenant, "label over 63", spec("hostnames", value=[f"{'a' * 64}.b"]), "spec.hostnames[0]"),
    (Tenant, "no plan", without("plan"), "spec.plan"),
    (Tenant, "no release", without("release"), "spec.release"),
    (Tenant, "plan with a slash", spec("plan", value="a/b"), "spec.plan"),
    (Tenant, "country in lower case", spec("country", value="pt"), "spec.country"),
    (Tenant, "no country", without("country"), "spec.country"),
    (Tenant, "no language", spec("languages", value=[]), "spec.languages"),
    (Tenant, "language twice", spec("languages", value=["pt_PT", "pt_PT"]), "languages must not repeat"),
    (Tenant, "not a language", spec("languages", value=["portuguese"]), "spec.languages[0]"),
    (Tenant, "not a currency", spec("currency", value="euro"), "spec.currency"),
    (Tenant, "not a time zone", spec("timeZone", value="Lisbon time"), "spec.timeZone"),
    (Tenant, "store code too long", spec("stores", value=[store(code="PORTO1")]), "spec.stores[0].code"),
    (Tenant, "store code twice", spec("stores", value=[store(), store()]), "Duplicate value"),
    (Tenant, "store without a name", spec("stores", value=[{"code": "WH"}]), "spec.stores[0].name"),
    (Tenant, "a kiosk", spec("stores", value=[store(kind="kiosk")]), "spec.stores[0].kind"),
    (Tenant, "51 tills", spec("stores", value=[store(tills=51)]), "spec.stores[0].tills"),
    (
        Tenant,
        "supplied by itself",
        spec("stores", value=[store(suppliedBy="WH")]),
        "suppliedBy names the store itself",
    ),
    (
        Tenant,
        "a web shop that ships nothing",
        spec("stores", value=[store(kind="web")]),
        "a web shop needs shipsFrom",
    ),
    (Tenant, "a store that ships", spec("stores", value=[store(shipsFrom="DC")]), "only a web shop has shipsFrom"),
    (
        Tenant,
        "a till of a web shop",
        spec("stores", value=[store(kind="web", shipsFrom="DC", tills=1)]),
        "a web shop has no tills",
    ),
    (
        Tenant,
        "a role nobody has",
        spec("stores", value=[store(people=[{"login": "ana", "role": "king"}])]),
        "spec.stores[0].people[0].role",
    ),
    (
        Tenant,
        "a duty nobody has",
        spec("headOffice", value=[{"login": "ana", "duties": ["king"]}]),
        "spec.headOffice[0].duties[0]",
    ),
    (
        Tenant,
        "nothing to do at head office",
        spec("headOffice", value=[{"login": "ana"}]),
        "name at least one role or duty",
    ),
    (
        Tenant,
        "a store manager at head office",
        spec("headOffice", value=[{"login": "ana", "roles": ["store_manager"]}]),
        "spec.headOffice[0].roles[0]",
    ),
    (
        Tenant,
        "somebody twice",
        spec("headOffice", value=[{"login": "ana", "roles": ["buyer"]}] * 2),
        "Duplicate value",
    ),
    (Tenant, "region twice", spec("regions", value=[{"name": "N"}, {"name": "N"}]), "Duplicate value"),
    (Tenant, "bundle twice", spec("bundles", value=["ecommerce", "ecommerce"]), "Duplicate value"),
    (Tenant, "nobody decides", spec("whoDecides", value={"a.b": {"c": "me"}}), "spec.whoDecides.a.b.c"),
    (
        Tenant,
        "half a season",
        spec("policies", value={"replenishment": [{"name": "S", "seasonFrom": "03-01"}]}),
        "say both seasonFrom and seasonTo",
    ),
    (
        Tenant,
        "30 February",
        spec("policies", value={"replenishment": [{"name": "S", "seasonFrom": "02-30", "seasonTo": "03-01"}]}),
        "spec.policies.replenishment[0].seasonFrom",
    ),
    (Tenant, "plan twice", spec("policies", value={"counts": [{"name": "A"}, {"name": "A"}]}), "Duplicate value"),
    (Release, "a bundle of no modules", spec("bundles", value={"web": ["Website"]}), "spec.bundles.web[0]"),
    (
        Tenant,
        "hour 25",
        spec("stores", value=[store(openingHours={"mon": "25:00-26:00"})]),
        "spec.stores[0].openingHours.mon",
    ),
    (
        Tenant,
        "a day nobody knows",
        spec("stores", value=[store(openingHours={"monday": "09:00-18:00"})]),
        "openingHours.monday",
    ),
    (Tenant, "an unknown kind of shop", spec("shop", value={"kind": "kiosk"}), "spec.shop.kind"),
    (Tenant, "an unknown ring", spec("ring", value="alpha"), "spec.ring"),
    (Tenant, "recovery priority 0", spec("recoveryPriority", value=0), "spec.recoveryPriority"),
    (Tenant, "recovery priority 6", spec("recoveryPriority", value=6), "spec.recoveryPriority"),
    (Tenant, "an unknown environment", spec("environment", value="test"), "spec.environment"),
    (Tenant, "storage in words", spec("storage", value="much"), "spec.storage"),
    (Tenant, "clone of nothing", spec("cloneOf", value={}), "spec.cloneOf.tenant"),
    (Tenant, "a misspelt field", spec("hostname", value="a.b"), "spec.hostname"),
    (Tenant, "a name with a dot", put("metadata", "name", value="a.b"), "metadata.name must match"),
    (Tenant, "a name over 63", put("metadata", "name", value="a" * 64), "metadata.name must match"),
    (Partner, "a name over 55", put("metadata", "name", value="p" * 56), "metadata.name must match"),
    (Partner, "no domain", spec("domains", value=[]), "spec.domains"),
    (Partner, "domain twice", spec("domains", value=["a.b", "a.b"]), "Duplicate value"),
    (Partner, "not a mail address", spec("contactEmail", value="ana"), "spec.contactEmail"),
    (Partner, "no tenants", spec("maxTenants", value=0), "spec.maxTenants"),
    (Plan, "one worker", spec("workers", value=1), "spec.workers"),
    (Plan, "seventeen workers", spec("workers", value=17), "spec.workers"),
    (Plan, "no replica", spec("replicas", value={"min": 0, "max": 2}), "spec.replicas.min"),
    (Plan, "min above max", spec("replicas", value={"min": 2, "max": 1}), "replicas.min is above replicas.max"),
    (Plan, "too few connections", spec("connections", value=35), "connections is too low"),
    (Plan, "too many workers", spec("workers", value=3), "connections is too low"),
    (Plan, "memory in words", spec("memory", value="2 GB"), "spec.memory"),
    (Plan, "an unknown backup class", spec("backupClass", value="gold"), "spec.backupClass"),
    (Plan, "a negative price", spec("price", value={"amount": -1, "currency": "EUR"}), "spec.price.amount"),
    (Plan, "price per day", spec("price", value={"amount": 1, "currency": "EUR", "unit": "day"}), "price.unit"),
    (DatabaseServer, "port 0", spec("port", value=0), "spec.port"),
    (DatabaseServer, "unencrypted", spec("sslMode", value="disable"), "spec.sslMode"),
    (DatabaseServer, "no secret", without("adminSecret"), "spec.adminSecret"),
    (DatabaseServer, "no host", spec("host", value=""), "spec.host"),
    (Release, "image :latest", spec("image", value="shopfleet.local/odoo:latest"), "must name a fixed version"),
    (Release, "image without a tag", spec("image", value="shopfleet.local/odoo"), "spec.image"),
    (Release, "image with half a digest", spec("image", value="odoo@sha256:12ab"), "spec.image"),
    (Release, "series 14", spec("series", value="14"), "spec.series"),
    (Release, "no modules", spec("modules", value=[]), "spec.modules"),
    (Release, "module twice", spec("modules", value=["sale", "sale"]), "Duplicate value"),
    (Release, "not a module", spec("modules", value=["Sale"]), "spec.modules[0]"),
    (Release, "country twice", spec("countries", value=["FR", "FR"]), "Duplicate value"),
    (Release, "language twice", spec("languages", value=["fr_FR", "fr_FR"]), "Duplicate value"),
    (Procedure, "an unknown kind", spec("kind", value="Explode"), "spec.kind"),
    (Procedure, "nobody asked", spec("requestedBy", value=""), "spec.requestedBy"),
    (Procedure, "no request id", without("requestId"), "spec.requestId"),
    (Procedure, "a long parameter", spec("parameters", value={"a": "b" * 6001}), "spec.parameters.a"),
    (AuditRecord, "from nowhere", spec("component", value="robot"), "spec.component"),
    (AuditRecord, "at no time", spec("at", value="yesterday"), "spec.at"),
]


@pytest.mark.parametrize(
    ("kind", "change", "answer"),
    [pytest.param(kind, change, answer, id=f"{kind.KIND}: {what}") for kind, what, change, answer in CREATIONS],
)
def test_creation_is_refused(api: Api, kind: Kind, change: Change, answer: str) -> None:
    manifest = valid(kind)
    change(manifest)
    assert answer in refusal(lambda: api.create(kind, manifest))
