"""The volume that all of a tenant's pods share: attachments and sessions."""

from provisioning.meta import Manifest
from provisioning.names import FILES
from provisioning.objects.inputs import Inputs
from provisioning.objects.labels import metadata

DATA_FOLDER = "/var/lib/odoo"


def volume_claim(inputs: Inputs) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata(inputs.tenant, FILES, component="files"),
        "spec": {
            # Web pods on several nodes, cron and jobs write at the same time.
            "accessModes": ["ReadWriteMany"],
            "storageClassName": inputs.settings.storage_class,
            "resources": {"requests": {"storage": inputs.storage}},
        },
    }
