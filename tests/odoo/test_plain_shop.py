"""A shop with no bundle at all, as a retailer has who only trades in one place: all our addons but no website."""

from pathlib import Path
from typing import Any

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.postgres import PostgresAdapter
from provisioning import defaults
from tests.odoo.conftest import BASELINE, run_inside, shared_folder
from tests.support.odoo_process import OdooRoot
from tests.support.odoo_tenant import OdooTenant, new_ports
from tests.support.servers.postgres import PostgresServer
from tests.support.template_build import run_build

# Seconds; the first test builds a whole template.
pytestmark = pytest.mark.timeout(5400)

NAME = "tplo_plain"
MODULES = defaults.release(BASELINE, "image:none").spec.modules_with(())


@pytest.fixture(scope="module")
def shop(
    postgres_server: PostgresServer, odoo_rootfs: Path, tmp_path_factory: pytest.TempPathFactory
) -> OdooTenant:
    """Built as golden templates are, and not copied, for the test is the only one that needs it."""
    adapter = PostgresAdapter(postgres_server.target(), Unfenced())
    adapter.ensure_role(NAME, "pw")
    adapter.create_database(NAME)
    adapter.admit(NAME, NAME)
    root = OdooRoot(odoo_rootfs, shared_folder(tmp_path_factory))
    built = OdooTenant(postgres_server, root, NAME, "pw", new_ports())
    built.write_configuration()
    lines = run_build(built, {"country": "FR", "languages": ["fr_FR"], "modules": MODULES})
    assert lines[-1]["event"] == "built", lines[-1]
    adapter.admit(NAME, NAME)
    return built


@pytest.fixture(scope="module")
def found(shop: OdooTenant) -> dict[str, Any]:
    did: dict[str, Any] = run_inside(shop, "plain_shop.py")
    return did


def test_no_website_is_installed(found: dict[str, Any]) -> None:
    assert {"point_of_sale", "retail_product_governance_pos", "retail_allocation"} <= set(found["installed"])
    assert [name for name in found["installed"] if "website" in name] == []
    # Nor anything that belongs to another bundle.
    assert not {"retail_store_network", "sale_product_matrix"} & set(found["installed"])


def test_a_product_is_sold_only_once_it_is_approved(found: dict[str, Any]) -> None:
    assert found["before"] == {"in the till": False, "order": "refused"}
    assert found["after"] == {"in the till": True, "order": "sale"}


def test_a_till_sells_it_and_closes(found: dict[str, Any]) -> None:
    assert found["till"] == {"sold": "done", "session": "closed"}
