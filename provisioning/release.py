"""A release: one image and one locked set of addons, the unit that is tested, promoted and rolled back."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from provisioning.currencies import own_currency
from provisioning.meta import Model, Referenced, Resource
from provisioning.validation import AS_SET, cel, checked, immutable, kept

ModuleName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=100)]
BundleName = Annotated[
    str,
    Field(
        pattern=r"^[a-z][A-Za-z0-9]*$", max_length=40, description="Name of a set of modules, such as ecommerce."
    ),
]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2 code.")]
Language = Annotated[
    str,
    Field(
        pattern=r"^[a-z]{2,3}(_[A-Z0-9]{2,3})?(@[a-z]+)?$",
        max_length=20,
        description="An Odoo language code such as fr_FR.",
    ),
]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code.")]


STORE_NETWORK: BundleName = "storeNetwork"
"""The bundle with the addon that makes a tenant's stores what its spec says of them."""
ECOMMERCE: BundleName = "ecommerce"
"""The bundle with the website and its shop."""


class ReleaseSpec(Model):
    """Final, but for countries and languages, which may be added: what tenants run never changes under a name.

    The image never changes either, and carries all addons, so that it fixes their versions.
    """

    model_config = ConfigDict(
        json_schema_extra=checked(
            cel("self.modules == oldSelf.modules", "modules cannot change: make a new release"),
            kept("bundles", "bundles cannot change: make a new release"),
            kept("defaultBundles", "defaultBundles cannot change: make a new release"),
        )
    )

    series: str = Field(
        pattern=r"^[0-9]{2}\.0$",
        description="The Odoo series, such as 14.0.",
        json_schema_extra=immutable("series cannot change: make a new release"),
    )
    image: str = Field(
        max_length=500,
        pattern=r"^[^\s@]+(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64})$",
        json_schema_extra=checked(
            cel(
                "!self.endsWith(':latest')",
                "image must name a fixed version: use a digest, or a tag that is never moved",
            ),
            cel("self == oldSelf", "image cannot change: live tenants run this release; make a new one"),
        ),
    )
    modules: tuple[ModuleName, ...] = Field(
        min_length=1, max_length=500, json_schema_extra=AS_SET, description="What every tenant has."
    )
    bundles: dict[str, Annotated[tuple[ModuleName, ...], Field(max_length=200)]] = Field(
        default_factory=dict,
        max_length=20,
        description="What only those tenants have that name the bundle; Odoo's bridges between them follow by "
        "themselves.",
    )
    default_bundles: tuple[BundleName, ...] = Field(
        default=(),
        max_length=20,
        json_schema_extra=AS_SET,
        description="Bundles of the tenants that name none.",
    )
    countries: tuple[Country, ...] = Field(
        min_length=1,
        max_length=250,
        json_schema_extra=AS_SET,
        description="Countries whose chart of accounts this release carries.",
    )
    languages: tuple[Language, ...] = Field(min_length=1, max_length=120, json_schema_extra=AS_SET)

    def chosen(self, bundles: Collection[str] | None) -> tuple[str, ...]:
        """Of the bundles that a tenant names, or of the default ones, those that there are; in a stable order."""
        return tuple(sorted(self.bundles.keys() & set(self.default_bundles if bundles is None else bundles)))

    def modules_with(self, bundles: Collection[str] | None) -> tuple[str, ...]:
        """What a tenant with these bundles has, each module once: those of all tenants first."""
        chosen = [module for name in self.chosen(bundles) for module in self.bundles[name]]
        return tuple(dict.fromkeys((*self.modules, *chosen)))


class ReleaseStatus(Referenced):
    digest: str | None = None


class Release(Resource[ReleaseSpec, ReleaseStatus]):
    KIND: ClassVar[str] = "Release"
    PLURAL: ClassVar[str] = "releases"
    NAMESPACED: ClassVar[bool] = False
    NAME_PATTERN: ClassVar[str] = r"^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$"
    COLUMNS: ClassVar[tuple[tuple[str, str, str], ...]] = (
        ("Series", "string", ".spec.series"),
        ("Image", "string", ".spec.image"),
        ("Digest", "string", ".status.digest"),
        ("Users", "integer", ".status.users"),
        ("Default", "string", r".metadata.annotations.shopfleet\.dev/default-release"),
        ("Age", "date", ".metadata.creationTimestamp"),
    )


def release_digest(spec: ReleaseSpec) -> str:
    """What a release's databases are made of, as 64 hex digits: series, image (with its addons) and modules.

    Countries and languages only widen what may be asked for, so adding one does not invalidate templates.
    """
    content: dict[str, object] = {"series": spec.series, "image": spec.image, "modules": sorted(spec.modules)}
    if spec.bundles:
        content["bundles"] = {name: sorted(modules) for name, modules in spec.bundles.items()}
        content["defaultBundles"] = sorted(spec.default_bundles)
    return _digest(content)


def template_digest(spec: ReleaseSpec, bundles: Collection[str] | None) -> str:
    """What the databases of its tenants with these bundles are made of, as 64 hex digits.

    Tenants that have the same modules share a template, however they came to them.
    """
    return _digest({"series": spec.series, "image": spec.image, "modules": sorted(spec.modules_with(bundles))})


def _digest(content: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Variant(Model):
    """What of a golden template a tenant cannot change afterwards.

    Without a currency it has the country's own: whether somebody names that or not, the template is the same.
    """

    country: Country
    languages: tuple[Language, ...] = Field(min_length=1)
    currency: Currency | None = Field(default=None, validate_default=True)

    @field_validator("currency")
    @classmethod
    def _own_when_absent(cls, currency: str | None, info: ValidationInfo) -> str | None:
        return currency or own_currency(info.data.get("country", ""))

    @property
    def digest(self) -> str:
        """64 hex digits; the order of languages matters, as the first one becomes the default."""
        content = [self.country, list(self.languages), self.currency]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def in_words(self) -> str:
        """Such as `FR with fr_FR, en_US`."""
        return f"{self.country} with {', '.join(self.languages)}"
