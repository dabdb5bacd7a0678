"""The traffic classes of a shop: which paths belong to each, and what each may take.

A till must go on while a bot reads the catalogue. Odoo's workers serve one request at a time and its accept
queue knows no order, so the gateway holds back what can wait: every class has its own queue in front of the
pods and only so many requests at the workers. All figures are per proxy instance.
"""

from dataclasses import dataclass

from provisioning.names import PUSH_SERVICE, WEB
from provisioning.objects import ports
from provisioning.objects.odoo import REQUEST_LIMIT
from provisioning.plan import PlanSpec

# Seconds. Odoo ends a request by itself after its own limit. Were the gateway first, a till would send its
# order again while the first attempt is still being booked.
PATIENT = REQUEST_LIMIT + 5
# Seconds. Nobody waits longer for a page of the shop; the place in the queue is better given to the next.
BROWSE_TIMEOUT = 60
# Longpolling answers after 50 s, websockets never.
NO_TIMEOUT = 0

# Queued requests per worker. One page of the shop asks for 20 to 60 files at once over one HTTP/2
# connection, each served within milliseconds, so these queues are long but short-lived.
TILL_QUEUE = 100
CHECKOUT_QUEUE = 50
BROWSE_QUEUE = 100
BACKEND_QUEUE = 50
# Reports take seconds each; more than this many and the last would wait longer than its time-out.
REPORT_QUEUE = 10

# Requests per second and worker, above which a client gets 429. Far above what a worker can do for pages
# (about 10) and near what it can do for files: a bound on floods, not a way to shape ordinary traffic.
BROWSE_RATE = 50
# Reports per second and worker. None is ready in less than half a second.
REPORT_RATE = 2

# Share of all workers that may be busy with one class at a time.
BROWSE_SHARE = 0.75
REPORT_SHARE = 0.25

# Open sockets per web pod: every browser tab and till holds one, the evented process takes thousands.
PUSH_CONNECTIONS = 2000
PUSH_QUEUE = 200

# Odoo prefixes pages with the visitor's language: /fr/shop/cart, /pt_BR/shop/cart.
_LANGUAGE = r"/[a-z]{2,3}(_[A-Za-z]{2,4})?(@[a-z]+)?"
_CHECKOUT = (
    "/shop/cart", "/shop/checkout", "/shop/address", "/shop/extra_info", "/shop/confirm_order", "/shop/payment",
    "/shop/confirmation", "/payment",
)  # fmt: skip

# Names of the rules; gateway metrics carry them.
TILL, CHECKOUT, BROWSE, BACKEND = "till", "checkout", "browse", "backend"
REPORTS, PUSH, BLOCKED = "reports", "push", "blocked"


@dataclass(frozen=True)
class Limits:
    """What a class may take at once: requests at the workers, requests waiting, requests per second."""

    connections: int
    pending: int
    rate: int | None = None


@dataclass(frozen=True)
class TrafficClass:
    """One rule of the route. Prefixes match whole path elements, patterns the whole path."""

    name: str
    prefixes: tuple[str, ...]
    patterns: tuple[str, ...]
    service: str
    port: int
    timeout: int
    limits: Limits


def traffic_classes(plan: PlanSpec, push_paths: tuple[str, ...]) -> tuple[TrafficClass, ...]:
    """All classes that reach the pods. The longest matching prefix wins, whatever the order here."""
    workers = plan.workers * plan.replicas.max
    return (
        _web(
            TILL,
            (
                "/pos",
                "/web/dataset/call_kw/pos.order",
                "/web/dataset/call_kw/pos.session",
            ),
            # Twice the workers: tills also use the pods' own accept queue, so that they are always next.
            Limits(connections=2 * workers, pending=TILL_QUEUE * workers),
        ),
        _web(
            CHECKOUT,
            _CHECKOUT,
            Limits(connections=workers, pending=CHECKOUT_QUEUE * workers),
            patterns=(_localised(_CHECKOUT),),
        ),
        _web(
            BROWSE,
            # Files and pictures are the shop's even under /web; a till's own are in its browser's cache.
            ("/", "/web/image", "/web/content", "/web/static", "/web/assets", "/web/css", "/web/js"),
            Limits(
                connections=_share(workers, BROWSE_SHARE),
                pending=BROWSE_QUEUE * workers,
                rate=BROWSE_RATE * workers,
            ),
            timeout=BROWSE_TIMEOUT,
        ),
        _web(
            BACKEND,
            ("/web", "/odoo", "/jsonrpc", "/xmlrpc", "/json"),
            Limits(connections=workers, pending=BACKEND_QUEUE * workers),
        ),
        _web(
            REPORTS,
            ("/report", "/web/export", "/web/export_xls", "/web/pivot"),
            Limits(
                connections=_share(workers, REPORT_SHARE),
                pending=REPORT_QUEUE * workers,
                rate=REPORT_RATE * workers,
            ),
        ),
        TrafficClass(
            PUSH,
            push_paths,
            (),
            PUSH_SERVICE,
            ports.PUSH,
            NO_TIMEOUT,
            Limits(connections=PUSH_CONNECTIONS * plan.replicas.max, pending=PUSH_QUEUE * plan.replicas.max),
        ),
    )


# Odoo's database manager and its RPC, and the platform's own pages. The addon refuses them too.
BLOCKED_PREFIXES = ("/web/database", "/xmlrpc/db", "/xmlrpc/2/db", "/platform")
BLOCKED_PATTERNS = (f"{_LANGUAGE}(/web/database|/platform)(/.*)?",)


def _web(
    name: str,
    prefixes: tuple[str, ...],
    limits: Limits,
    *,
    patterns: tuple[str, ...] = (),
    timeout: int = PATIENT,
) -> TrafficClass:
    return TrafficClass(name, prefixes, patterns, WEB, ports.HTTP, timeout, limits)


def _localised(prefixes: tuple[str, ...]) -> str:
    return f"{_LANGUAGE}({'|'.join(prefixes)})(/.*)?"


def _share(workers: int, share: float) -> int:
    return max(1, int(workers * share))
