"""Volumes that several pods can write, out of one shared folder: rancher's local-path-provisioner.

With `sharedFileSystemPath` it hands out ReadWriteMany volumes, which on one node is simply true, and on several
needs a file system that all of them mount. It does not enforce sizes, and fsGroup does not reach a host path.
"""

import json

import yaml

from provisioning.meta import Manifest
from provisioning.platform import objects, pods
from provisioning.platform.images import Images
from provisioning.platform.rbac import READ, Grant, binding, cluster_binding, cluster_role, role
from provisioning.platform.settings import STORAGE_NAMESPACE, InstallSettings
from provisioning.platform.storage_class import DEFAULT_MARK

NAME = "local-path-provisioner"
PROVISIONER = "shopfleet.dev/shared-folder"
CONFIG = "local-path-config"

# Seconds a helper pod may take; a slow one only means a busy machine, a lost one would hold a worker thread.
HELPER_TIMEOUT = 120

# 0777, because fsGroup does not apply to host paths and every tenant's pods run as their own user. The folder
# above is for root alone, so a volume is seen only by the pods that mount it.
SETUP = """#!/bin/sh
set -eu
chmod 0700 "${VOL_DIR%/*}"
mkdir -m 0777 -p "$VOL_DIR"
chmod 0777 "$VOL_DIR"
"""
TEARDOWN = """#!/bin/sh
set -eu
rm -rf "$VOL_DIR"
"""

CLUSTER_GRANTS = (
    Grant(
        "", ("persistentvolumeclaims", "nodes"), READ, "claims of every tenant wait for a volume, placed on a node"
    ),
    Grant(
        "",
        ("persistentvolumes",),
        (*READ, "create", "patch", "update", "delete"),
        "it makes the volume of a claim and removes it with the claim",
    ),
    Grant("", ("events",), ("create", "patch"), "says on the claim why provisioning failed"),
    Grant("storage.k8s.io", ("storageclasses",), READ, "finds the claims that name its class"),
)
NAMESPACE_GRANTS = (
    Grant("", ("pods",), ("get", "create", "delete"), "a helper pod makes or removes each folder"),
    Grant("", ("pods/log",), ("get",), "puts a failed helper's words into its own log"),
    Grant("", ("configmaps",), ("get",), "reads the helper's script", names=(CONFIG,)),
)


def manifests(settings: InstallSettings, images: Images) -> list[Manifest]:
    config = {
        "config.json": _config(settings),
        "setup": SETUP,
        "teardown": TEARDOWN,
        "helperPod.yaml": yaml.safe_dump(_helper_pod(images), sort_keys=False),
    }
    return [
        objects.service_account(NAME, STORAGE_NAMESPACE, NAME),
        cluster_role("shopfleet:local-path-provisioner", NAME, CLUSTER_GRANTS),
        cluster_binding("shopfleet:local-path-provisioner", NAME, NAME, STORAGE_NAMESPACE),
        role(NAME, STORAGE_NAMESPACE, NAME, NAMESPACE_GRANTS),
        binding(NAME, STORAGE_NAMESPACE, NAME, NAME),
        objects.config_map(CONFIG, STORAGE_NAMESPACE, NAME, config),
        objects.deployment(
            NAME, STORAGE_NAMESPACE, NAME, _template(images, objects.checksum(config)), surge=False
        ),
        _storage_class(settings),
    ]


def _config(settings: InstallSettings) -> str:
    return json.dumps({"sharedFileSystemPath": settings.storage.path, "cmdTimeoutSeconds": HELPER_TIMEOUT})


def _helper_pod(images: Images) -> Manifest:
    """Root, because it makes folders for any user and removes what any user left in them."""
    helper = pods.container("helper-pod", images["busybox"], pods.resources("10m", "32Mi"))
    helper["securityContext"]["capabilities"] = {"drop": ["ALL"], "add": ["DAC_OVERRIDE", "FOWNER"]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "helper-pod", "labels": objects.labels("volume-helper")},
        "spec": {
            "automountServiceAccountToken": False,
            "priorityClassName": "system-node-critical",
            "securityContext": {"runAsUser": 0, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [helper],
        },
    }


def _template(images: Images, configuration: str) -> Manifest:
    main = pods.container(
        NAME,
        images["local-path-provisioner"],
        pods.resources("20m", "128Mi", "48Mi"),
        command=["local-path-provisioner", "start", "--config", "/etc/config/config.json"],
        env=[
            pods.from_field("POD_NAMESPACE", "metadata.namespace"),
            {"name": "PROVISIONER_NAME", "value": PROVISIONER},
            {"name": "SERVICE_ACCOUNT_NAME", "value": NAME},
            {"name": "CONFIG_MOUNT_PATH", "value": "/etc/config/"},
        ],
        volumeMounts=[pods.mount("config", "/etc/config")],
    )
    return pods.template(
        NAME,
        [main],
        configuration=configuration,
        serviceAccountName=NAME,
        automountServiceAccountToken=True,
        priorityClassName="system-cluster-critical",
        volumes=[pods.config_volume("config", CONFIG)],
    )


def _storage_class(settings: InstallSettings) -> Manifest:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": objects.metadata(settings.shared_class, None, NAME, annotations={DEFAULT_MARK: "true"}),
        "provisioner": PROVISIONER,
        "reclaimPolicy": "Delete",
        # A shared folder is the same from every node, so a volume can be made while its pod's image loads.
        "volumeBindingMode": "Immediate",
        # A larger plan asks for more. The folder has no size that anybody enforces, so there is nothing else
        # to do; the claim's status goes on naming the size it was made with.
        "allowVolumeExpansion": True,
    }
