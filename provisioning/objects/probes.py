"""When a container counts as started, ready and alive.

A pod that is only busy stays in service and is never restarted: no probe after the start needs a free worker,
writes a session, or asks the database. A master that hangs is replaced within 60 seconds.
"""

from provisioning.meta import Manifest
from provisioning.objects.pods import http_get

# Seconds. A refused connection costs one try of a second, so the start may take three minutes on a busy
# machine; a page that is being rendered for the first time may hold one try for the whole time-out.
START_PERIOD = 1
START_TRIES = 180
START_TIMEOUT = 20

# Seconds. A master whose loop hangs is silent for 16 until the health server calls it stalled; three probes 8
# apart, the last of which may take its whole time-out, and the kill (below) make it 49 from its last turn. One
# that is stopped (SIGSTOP) answers no probe from the first moment: 33. The rest of the minute is for starting
# the container again.
LIVE_PERIOD = 8
LIVE_TRIES = 3
LIVE_TIMEOUT = 5
# Seconds. Instead of the pod's long grace, which is for requests that still progress, while a hung master ignores
# SIGTERM anyway. The kubelet first runs the leave hook for so long, for nothing: readiness has failed before, so
# no endpoint is left to wait for. Then it gives SIGTERM another 2 s, however little we say.
LIVE_GRACE = 2

# Seconds. Short, because after the start readiness only turns when the process is going away.
READY_PERIOD = 5
READY_TRIES = 2
READY_TIMEOUT = 3


def startup(path: str, port: str) -> Manifest:
    """Asked until the first answer below 400, then never again."""
    return {
        **http_get(path, port),
        "periodSeconds": START_PERIOD,
        "failureThreshold": START_TRIES,
        "timeoutSeconds": START_TIMEOUT,
    }


def liveness(path: str, port: str) -> Manifest:
    return {
        **http_get(path, port),
        "periodSeconds": LIVE_PERIOD,
        "failureThreshold": LIVE_TRIES,
        "timeoutSeconds": LIVE_TIMEOUT,
        "terminationGracePeriodSeconds": LIVE_GRACE,
    }


def readiness(path: str, port: str) -> Manifest:
    return {
        **http_get(path, port),
        "periodSeconds": READY_PERIOD,
        "failureThreshold": READY_TRIES,
        "timeoutSeconds": READY_TIMEOUT,
    }
