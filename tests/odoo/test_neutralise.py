"""Every pack against a real Odoo 14.0 database in which its fact is seeded, and proofs that must fail."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import psycopg
import pytest

from provisioning.series import series_of
from release.neutralise import leftovers
from release.neutralise.neutralise import INSTALLED_QUERY, CloneIdentity, neutralise
from release.neutralise.packs import packs
from release.neutralise.proof import Proof, checks, prove
from tests.odoo.seeds import SEEDS
from tests.support.odoo_tenant import OdooTenant

# Seconds; the first test of a run also builds the template.
pytestmark = pytest.mark.timeout(5400)

V14 = series_of("14.0")
CLONE = CloneIdentity(url="https://staging.shops.localhost", uuid="fresh-uuid", secret="fresh-secret")
INSTALL_TIMEOUT = 1800
# Lacking a library in Debian: their packs rest on reading the source.
NOT_INSTALLABLE = frozenset({"auth_ldap", "pos_epson_printer_restaurant"})
# Seeding one of them would need its provider's account; their packs are run and their proofs asked.
UNSEEDED = frozenset({"adyen_platforms", "payment_odoo_by_adyen", "bus"})
# Their packs write an address that leads nowhere, so before that their proof fails without any seed.
CLOSED = frozenset({"crm_iap_lead", "crm_iap_lead_enrich", "crm_iap_lead_website", "partner_autocomplete"})

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="module")
def live(new_tenant: Callable[[str], OdooTenant]) -> OdooTenant:
    """A tenant with every module that has a pack."""
    tenant = new_tenant("live000000")
    modules = ",".join(sorted(packs(V14).keys() - NOT_INSTALLABLE))
    install = tenant.run(f"--init={modules}", "--stop-after-init", "--workers=0")
    assert install.wait(INSTALL_TIMEOUT) == 0, install.log.read_text()[-3000:]
    return tenant


@pytest.fixture
def clone(live: OdooTenant) -> Iterator[Connection]:
    """Seeded, and as it was after the test."""
    with live.connect() as connection, connection.transaction(force_rollback=True):
        for statements in SEEDS.values():
            for statement in statements:
                connection.execute(statement)
        yield connection


def installed(connection: Connection) -> frozenset[str]:
    return frozenset(row[0] for row in connection.execute(INSTALLED_QUERY))


def make_harmless(connection: Connection) -> None:
    for statement in neutralise(V14, installed(connection), CLONE):
        connection.execute(statement.sql, statement.params)


def proof(connection: Connection, modules: Collection[str] | None = None) -> Proof:
    known = installed(connection) if modules is None else modules
    answers = {check: connection.execute(check.sql).fetchall() for check in checks(V14, known)}
    left = [
        *leftovers.in_parameters(connection.execute(leftovers.PARAMETERS_QUERY).fetchall(), CLONE.url),
        *leftovers.in_columns(row[0] for row in connection.execute(leftovers.COLUMNS_QUERY)),
    ]
    return prove(V14, known, answers, left)


def test_every_pack_is_exercised(live: OdooTenant) -> None:
    assert packs(V14).keys() == SEEDS.keys() | NOT_INSTALLABLE | UNSEEDED | CLOSED
    with live.connect() as connection:
        assert packs(V14).keys() - NOT_INSTALLABLE <= installed(connection)


def test_each_seeded_fact_is_noticed(clone: Connection) -> None:
    reasons = proof(clone).reasons
    noticed = {reason.split(":")[0] for reason in reasons}
    assert SEEDS.keys() | CLOSED <= noticed
    for check in checks(V14, SEEDS.keys()):
        assert any(check.meaning in reason for reason in reasons), check


def test_the_packs_make_it_harmless(clone: Connection) -> None:
    make_harmless(clone)
    assert proof(clone).reasons == ()


def test_doing_it_twice_changes_nothing_about_the_verdict(clone: Connection) -> None:
    make_harmless(clone)
    make_harmless(clone)
    assert proof(clone).harmless


def test_the_clone_has_an_identity_of_its_own(clone: Connection) -> None:
    make_harmless(clone)
    values: dict[str, str] = dict(clone.execute(leftovers.PARAMETERS_QUERY).fetchall())
    assert values["database.uuid"] == CLONE.uuid
    assert values["database.secret"] == CLONE.secret
    assert values["web.base.url"] == CLONE.url


@pytest.mark.parametrize("module", sorted(SEEDS.keys() - {"base"}))
def test_a_fact_that_comes_back_is_refused(clone: Connection, module: str) -> None:
    make_harmless(clone)
    for statement in SEEDS[module]:
        clone.execute(statement)
    assert any(reason.startswith(f"{module}:") for reason in proof(clone).reasons)


def test_a_connector_nobody_knows_is_refused(clone: Connection) -> None:
    make_harmless(clone)
    clone.execute("CREATE TABLE marketplace_account (name varchar, api_key varchar)")
    clone.execute("INSERT INTO marketplace_account VALUES ('main', 'k')")
    clone.execute("INSERT INTO ir_config_parameter (key, value) VALUES ('edi.webhook', 'https://edi.example/in')")
    reasons = proof(clone, installed(clone) | {"marketplace_connector"}).reasons
    assert reasons == (
        "module marketplace_connector may speak to the outside: nobody has written a pack for it or read it",
        "parameter edi.webhook holds an address outside",
        "column marketplace_account.api_key looks like a credential",
    )
