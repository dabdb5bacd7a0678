"""How much of the cluster a tenant can take, whatever runs in its namespace."""

from provisioning.meta import Manifest
from provisioning.objects.inputs import Inputs
from provisioning.objects.labels import metadata
from provisioning.objects.resources import CRON, JOB, most_pods, most_resources, prefork

# Objects beside pods: far above what the platform creates, far below what would hurt etcd.
MAX_SERVICES = 5
MAX_SECRETS = 50
MAX_CONFIG_MAPS = 20
MAX_JOBS = 50

# What a container gets that says nothing itself, such as one that a person starts by hand.
DEFAULT_REQUEST = {"cpu": "20m", "memory": "64Mi"}
DEFAULT_LIMIT = {"cpu": "500m", "memory": "512Mi"}


def resource_quota(inputs: Inputs) -> Manifest:
    hard = {
        **most_resources(inputs.plan).hard(),
        "requests.storage": inputs.storage,
        "persistentvolumeclaims": "1",
        "pods": str(most_pods(inputs.plan)),
        "services": str(MAX_SERVICES),
        # The gateway is the only way in.
        "services.nodeports": "0",
        "services.loadbalancers": "0",
        "secrets": str(MAX_SECRETS),
        "configmaps": str(MAX_CONFIG_MAPS),
        "count/jobs.batch": str(MAX_JOBS),
    }
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": metadata(inputs.tenant, "tenant"),
        "spec": {"hard": hard},
    }


def limit_range(inputs: Inputs) -> Manifest:
    """Defaults for containers that name no resources, which the quota would refuse otherwise."""
    shares = (prefork(inputs.plan), CRON, JOB)
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": metadata(inputs.tenant, "containers"),
        "spec": {
            "limits": [
                {
                    "type": "Container",
                    "defaultRequest": DEFAULT_REQUEST,
                    "default": DEFAULT_LIMIT,
                    "max": {
                        "cpu": f"{max(share.cpu_limit for share in shares)}m",
                        "memory": f"{max(share.memory_limit for share in shares)}Mi",
                    },
                }
            ]
        },
    }
