"""Turns what a person gave (options, a file) into a tenant with every default filled in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from controller.core.choices import default_release
from controller.core.explain import explain
from controller.core.problem import Catalogue, Problem
from controller.errors import Unknown, UserError
from provisioning.meta import ANNOTATION_DEFAULT_RELEASE, API_VERSION, Manifest, Metadata
from provisioning.tenant import Tenant, TenantSpec, TenantStatus

DEFAULT_LANGUAGE = "en_US"


def read_tenant_file(path: Path) -> Manifest:
    """The one Tenant in a YAML file. Raises UserError naming the file and what is wrong with it."""
    try:
        documents = [each for each in yaml.safe_load_all(path.read_text()) if each is not None]
    except FileNotFoundError:
        raise UserError(f"there is no file {path}", hint="examples are in examples/") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        where = str(error).replace("\n", " ")
        raise UserError(f"{path} is not YAML: {where}") from error
    tenants = [each for each in documents if isinstance(each, dict) and each.get("kind") == Tenant.KIND]
    if len(tenants) != 1:
        raise UserError(
            f"{path} holds {len(tenants)} tenants, and one is created at a time",
            hint="give each tenant its own file, with `kind: Tenant`",
        )
    tenant: Manifest = tenants[0]
    if tenant.get("apiVersion") != API_VERSION:
        raise UserError(f"{path}: apiVersion: is {tenant.get('apiVersion')!r}", hint=f"set it to {API_VERSION}")
    return tenant


def draft(name: str, namespace: str, given: Mapping[str, Any], catalogue: Catalogue | Unknown) -> Tenant:
    """A tenant of this name; `given` is its spec in camelCase, as far as somebody said it.

    Raises UserError naming the field and the fix, for all wrong fields at once.
    """
    check_name(name)
    spec = {**_defaults(name, given, catalogue), **given}
    try:
        parsed = TenantSpec.model_validate(spec)
    except ValidationError as error:
        raise problems_error(explain(error, TenantSpec)) from error
    return Tenant(metadata=Metadata(name=name, namespace=namespace), spec=parsed, status=TenantStatus())


def check_name(name: str) -> None:
    """Raises UserError when this cannot name a tenant."""
    if not re.fullmatch(Tenant.NAME_PATTERN, name):
        raise UserError(
            f"metadata.name: {name!r} cannot name a tenant",
            hint="use up to 63 lower-case letters, digits and dashes, with no dash first or last",
        )


def problems_error(problems: tuple[Problem, ...]) -> UserError:
    """All problems as one error: a sentence when there is one, a line each when there are more."""
    if len(problems) == 1:
        return UserError(f"{problems[0].field}: {problems[0].message}", hint=problems[0].fix)
    return UserError("\n".join(str(problem) for problem in problems))


def _defaults(name: str, given: Mapping[str, Any], catalogue: Catalogue | Unknown) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "displayName": name.replace("-", " ").title(),
        "languages": [DEFAULT_LANGUAGE],
    }
    if isinstance(catalogue, Catalogue):
        defaults["hostnames"] = default_hostnames(name, catalogue)
        if "plan" not in given:
            defaults["plan"] = _only("plan", catalogue.plans)
        if "release" not in given:
            defaults["release"] = _release(catalogue)
    if "country" not in given:
        raise UserError(
            "spec.country: is missing, and its chart of accounts cannot change later",
            hint="give it by --country, as an ISO 3166-1 code such as FR",
        )
    return defaults


def default_hostnames(name: str, catalogue: Catalogue | Unknown) -> list[str]:
    """The name under the partner's first domain; none when that is not known."""
    if isinstance(catalogue, Unknown) or catalogue.partner is None:
        return []
    return [f"{name}.{catalogue.partner.spec.domains[0]}"]


def chosen_for(given: Mapping[str, Any], catalogue: Catalogue | Unknown) -> dict[str, str]:
    """Why a field has the value that nobody gave it, by its name."""
    if "release" in given or isinstance(catalogue, Unknown):
        return {}
    choice = default_release(catalogue.releases)
    return {"release": choice.why} if choice else {}


def _release(catalogue: Catalogue) -> str:
    """Raises UserError when somebody has to choose."""
    choice = default_release(catalogue.releases)
    if choice is not None:
        return choice.name
    raise _undecided(
        "release",
        catalogue.releases,
        f", or mark the default: kubectl annotate release NAME {ANNOTATION_DEFAULT_RELEASE}=true",
    )


def _only(field: str, choices: Mapping[str, object]) -> str:
    """The only choice there is. Raises UserError when somebody has to choose."""
    if len(choices) == 1:
        return next(iter(choices))
    raise _undecided(field, choices)


def _undecided(field: str, choices: Mapping[str, object], way_out: str = "") -> UserError:
    if not choices:
        return UserError(f"spec.{field}: no {field} exists yet", hint="run: shopfleet install")
    return UserError(f"spec.{field}: is missing", hint=f"choose one of: {', '.join(sorted(choices))}{way_out}")
