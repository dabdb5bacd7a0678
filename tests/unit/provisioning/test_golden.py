"""The whole desired state of the reference retailers, as files that a review can read."""

import pytest

from provisioning.names import TemplateNames
from provisioning.objects import jobs, stores, templates
from provisioning.objects.configuration import DatabaseAccess
from provisioning.release import template_digest
from tests.unit.provisioning import golden
from tests.unit.provisioning.samples import IDS, SERVER_CA, SETTINGS, bundle, inputs


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.mark.parametrize("name", IDS)
def test_tenant(name: str, update: bool) -> None:
    golden.compare(name, bundle(name).all(), update=update)


def test_jobs(update: bool) -> None:
    given = inputs()
    place = jobs.tenant_place(given.tenant, "delete-atelier-rua-1", "r1")
    database = given.names.database
    objects = [
        jobs.transfer_secret(place, "dump", put_url="https://store/put?signature=1"),
        jobs.database_dump(place, "dump", database, given.server, SETTINGS),
        jobs.transfer_secret(place, "restore", get_url="https://store/get?signature=2"),
        jobs.database_restore(place, "restore", database, given.server, SETTINGS),
        jobs.files_archive(place, "archive", database, SETTINGS),
        jobs.files_restore(place, "unpack", database, SETTINGS),
        stores.stores_secret(place, "stores", given.tenant),
        stores.stores_job(place, "stores", given.tenant, given.release),
    ]
    golden.compare("jobs", objects, update=update)


def test_templates(update: bool) -> None:
    given = inputs()
    variant = given.tenant.spec.variant
    names = TemplateNames(template_digest(given.release, None), variant.digest)
    place = templates.template_place(names.procedure, "r1")
    access = DatabaseAccess(given.server, names.building, names.owner, "template-canary", SERVER_CA)
    objects = [
        *templates.namespace_objects(SETTINGS),
        templates.database_policy(given.server),
        templates.conf_secret(place, given.release, access, "master-canary"),
        templates.build_job(place, "build", names, variant, given.release, given.release.modules_with(None)),
    ]
    golden.compare("templates", objects, update=update)
