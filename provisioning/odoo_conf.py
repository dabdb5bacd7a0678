"""The two files Odoo's processes are configured by: odoo.conf and libpq's service file. Pure."""

from dataclasses import dataclass, field, fields
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from provisioning.series import Series

MEBIBYTE = 2**20
# libpq 13, the client in the Odoo 14.0 image, refuses longer lines in a service file.
SERVICE_LINE_LIMIT = 250

# Odoo's own, as Debian's and the official packages install them, third parties' out of their wheels, and ours.
ADDONS = (
    "/usr/lib/python3/dist-packages/odoo/addons",
    "/opt/shopfleet/third-party/odoo/addons",
    "/opt/shopfleet/addons",
)

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 the output is an INI file, and values are checked below
)


class ConfigValueError(ValueError):
    """A value that would break out of its line; names the field, never the value."""


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes of address space (Odoo compares VMS, not RSS), and a number of requests."""

    # Also how long a stopping master waits for busy workers: the pod's grace must be longer.
    request_seconds: int = 120
    cpu_seconds: int = 100
    job_seconds: int = 1800
    memory_soft: int = 2048 * MEBIBYTE
    memory_hard: int = 2560 * MEBIBYTE
    requests: int = 8192


def limits_for(container_memory: int) -> Limits:
    """Limits of the processes in a container with so many bytes of memory.

    A worker past the soft limit is replaced after its request. The hard limit is inherited by the report
    renderer, whose address space alone passes 1 GiB, so it is never below Odoo's default.
    """
    soft = max(640 * MEBIBYTE, container_memory // 2)
    return Limits(memory_soft=soft, memory_hard=max(2560 * MEBIBYTE, container_memory))


@dataclass(frozen=True)
class OdooConfInput:
    """What odoo.conf is made of. One file serves all roles; `odoo-tenant` sets what differs by role."""

    series: Series
    database: str
    master_password: str = field(repr=False)
    workers: int
    connections_per_process: int = 4
    ssl_mode: str = "verify-full"
    limits: Limits = Limits()
    data_dir: str = "/var/lib/odoo"
    addons_path: tuple[str, ...] = ADDONS
    http_port: int = 8069
    push_port: int = 8072


@dataclass(frozen=True)
class ServiceFileInput:
    """Where and as whom a tenant's processes connect; durations in seconds."""

    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    ssl_mode: str = "verify-full"
    # Path inside the container; without one libpq verifies nothing, and refuses where it is told to.
    root_certificate: str | None = None
    service: str = "tenant"
    connect_timeout: int = 5
    # A silently dead leader is noticed after this long, well before a request's own limit.
    user_timeout: int = 15


def odoo_conf(wanted: OdooConfInput) -> str:
    """The text of odoo.conf; raises ConfigValueError."""
    values = {item.name: getattr(wanted, item.name) for item in fields(wanted)}
    for name, value in values.items():
        _require_single_line(name, value)
    return _TEMPLATES.get_template("odoo.conf.j2").render(values)


def service_file(wanted: ServiceFileInput) -> str:
    """The text of libpq's service file; raises ConfigValueError.

    What a client passes explicitly wins over it. Odoo passes only the database and sslmode, so that all
    the rest, timeouts included, comes from here.
    """
    entries = {
        "host": wanted.host,
        "port": wanted.port,
        "dbname": wanted.database,
        "user": wanted.user,
        "password": wanted.password,
        "sslmode": wanted.ssl_mode,
        "sslrootcert": wanted.root_certificate,
        # Kerberos is never used here, and libpq would ask for it first.
        "gssencmode": "disable",
        # While a leader is switched its address may still lead to the old one, which may only read by now.
        "target_session_attrs": "read-write",
        "connect_timeout": wanted.connect_timeout,
        "tcp_user_timeout": wanted.user_timeout * 1000,
        "keepalives": 1,
        "keepalives_idle": 30,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    lines = [f"[{wanted.service}]"]
    for name, value in entries.items():
        if value is None:
            continue
        _require_single_line(name, value)
        line = f"{name}={value}"
        if len(line.encode()) > SERVICE_LINE_LIMIT:
            raise ConfigValueError(f"{name} is too long for a line of {SERVICE_LINE_LIMIT} bytes")
        lines.append(line)
    return "\n".join(lines) + "\n"


def _require_single_line(name: str, value: object) -> None:
    if any(character in str(value) for character in "\r\n\0"):
        raise ConfigValueError(f"{name} must be a single line")
    if isinstance(value, str) and value != value.strip():
        raise ConfigValueError(f"{name} must not begin or end with a space")
