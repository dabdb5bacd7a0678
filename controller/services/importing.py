"""Sends a folder of files into a tenant's Odoo, and tells what it answers."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from controller.core.importing import COMMAND, End, Event, Order, check_files, check_tenant, event, message
from controller.core.ports import Kube, Streams
from controller.errors import ConflictError, RefusedError, ShopfleetError, UnavailableError, UserError
from controller.services.pods import find_pod
from controller.services.resources import Resources
from provisioning.release import Release
from provisioning.tenant import Tenant

# It serves nobody: the memory of an import is not taken from customers.
PART = "cron"
ADDON = "retail_import"


def read_folder(folder: Path) -> dict[str, bytes]:
    """Content of its CSV files by name. Raises UserError."""
    try:
        files = {
            path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix.lower() == ".csv"
        }
    except OSError as error:
        raise UserError(
            f"{folder} cannot be read: {error.strerror}", hint="give the folder with the CSV files"
        ) from error
    check_files(files, str(folder))
    return files


def run_import(
    kube: Kube, streams: Streams, tenant: Tenant, files: Mapping[str, bytes], order: Order
) -> Iterator[Event]:
    """Everything it tells; the last is an End. Whoever runs it again goes on where it stopped.

    Raises ConflictError when the tenant is suspended or being changed, RefusedError when the shop refuses,
    UnavailableError when the connection broke.
    """
    check_tenant(tenant)
    _check_release(kube, tenant)
    place = find_pod(kube, tenant, PART)
    last: Event | None = None
    try:
        for line in streams.run(place.namespace, place.pod, place.container, COMMAND, message(files, order)):
            said = event(line)
            if said is not None:
                last = said
                yield said
    except UnavailableError as error:
        raise UnavailableError(error.message, hint=_AGAIN) from error
    if not isinstance(last, End):
        raise ShopfleetError("the import ended without saying what came of it", hint=_AGAIN)


def _check_release(kube: Kube, tenant: Tenant) -> None:
    """Raises ConflictError when the tenant's release takes no imports. Not for people who may read no releases."""
    try:
        release = Resources(kube).find(Release, tenant.spec.release)
    except RefusedError:
        return
    if release is not None and ADDON not in release.spec.modules_with(tenant.spec.bundles):
        raise ConflictError(
            f"tenant {tenant.metadata.name} is on release {tenant.spec.release}, which has no imports",
            hint="enter the data inside Odoo, or create a tenant with a newer release: kubectl get releases",
        )


_AGAIN = "run the same command again: what was done is not done twice"
