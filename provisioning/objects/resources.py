"""CPU and memory of every container, and their sums for the quota.

Requests are what the scheduler reserves and the share a container gets when the node is contended; limits
are where it is throttled or killed. A tenant that sleeps should cost next to nothing, so requests are low.
"""

from dataclasses import dataclass

from provisioning.meta import Manifest
from provisioning.plan import PlanSpec, quantity

MEBIBYTE = 2**20

# Prefork workers share the pages of the modules they were forked with, so that half of the limit holds an
# ordinary day's set; the rest is for reports and imports.
MEMORY_REQUEST_SHARE = 0.5

# One extra web pod during a roll-out: the first new one is ready before the first old one is asked to end.
MAX_SURGE = 1
# A dump and an archive of the files may run side by side.
JOBS_AT_ONCE = 2
_CRON_PODS = 2


@dataclass(frozen=True)
class Share:
    """CPU in millicores and memory in MiB, requested and at most."""

    cpu_request: int
    cpu_limit: int
    memory_request: int
    memory_limit: int

    def __add__(self, other: "Share") -> "Share":
        return Share(
            self.cpu_request + other.cpu_request,
            self.cpu_limit + other.cpu_limit,
            self.memory_request + other.memory_request,
            self.memory_limit + other.memory_limit,
        )

    def __mul__(self, times: int) -> "Share":
        return Share(
            self.cpu_request * times,
            self.cpu_limit * times,
            self.memory_request * times,
            self.memory_limit * times,
        )

    def requirements(self) -> Manifest:
        """A container's `resources`."""
        return {
            "requests": {"cpu": f"{self.cpu_request}m", "memory": f"{self.memory_request}Mi"},
            "limits": {"cpu": f"{self.cpu_limit}m", "memory": f"{self.memory_limit}Mi"},
        }

    def hard(self) -> dict[str, str]:
        """The same as the upper bounds of a ResourceQuota."""
        return {
            "requests.cpu": f"{self.cpu_request}m",
            "requests.memory": f"{self.memory_request}Mi",
            "limits.cpu": f"{self.cpu_limit}m",
            "limits.memory": f"{self.memory_limit}Mi",
        }


# One process with Odoo's registry in memory, about 120 MiB, that answers polls.
GEVENT = Share(cpu_request=10, cpu_limit=500, memory_request=128, memory_limit=512)
# Scheduled actions such as replenishment and mass mailing run one at a time and may be large; beside one, a queued
# job may run. Idle, the four processes hold 142 MiB together.
CRON = Share(cpu_request=20, cpu_limit=1000, memory_request=192, memory_limit=1536)
# pg_dump, pg_restore and tar stream; they need CPU for compression, hardly any memory.
JOB = Share(cpu_request=50, cpu_limit=1000, memory_request=128, memory_limit=1024)
# Installing the whole baseline is one process that is hardly ever idle. Where nothing is left but crumbs it takes
# longer; a claim that fits beside two retailers on a node of two cores is better than none.
TEMPLATE_BUILD = Share(cpu_request=200, cpu_limit=2000, memory_request=768, memory_limit=3072)


def prefork(plan: PlanSpec) -> Share:
    """The container with the plan's HTTP workers."""
    memory = int(quantity(plan.memory) / MEBIBYTE)
    return Share(
        cpu_request=round(quantity(plan.cpu_request) * 1000),
        cpu_limit=round(quantity(plan.cpu_limit) * 1000),
        memory_request=int(memory * MEMORY_REQUEST_SHARE),
        memory_limit=memory,
    )


def web_pod(plan: PlanSpec) -> Share:
    return prefork(plan) + GEVENT


def most_pods(plan: PlanSpec) -> int:
    """Pods that can exist at once.

    A quota counts a pod until it is gone, and old pods end slowly because they finish their requests. So a
    roll-out may meet every web pod twice, cron likewise, and jobs beside them.
    """
    return _web_pods(plan) + _CRON_PODS + JOBS_AT_ONCE


def most_resources(plan: PlanSpec) -> Share:
    """What those pods may request and use together."""
    return web_pod(plan) * _web_pods(plan) + CRON * _CRON_PODS + JOB * JOBS_AT_ONCE


def _web_pods(plan: PlanSpec) -> int:
    return 2 * plan.replicas.max + MAX_SURGE
