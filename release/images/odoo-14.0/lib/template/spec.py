"""What to build, and the refusal of anything else. Pure."""

import json
import re
from dataclasses import dataclass
from typing import Optional


class SpecError(Exception):
    """A sentence naming the field and what it must be."""


@dataclass(frozen=True)
class TemplateSpec:
    """ISO 3166-1 country, Odoo language codes (first one is the default), module names, ISO 4217 currency."""

    country: str
    languages: tuple[str, ...]
    modules: tuple[str, ...]
    currency: Optional[str]


def parse(text):
    """A TemplateSpec from JSON text; raises SpecError."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise SpecError(f"TEMPLATE_SPEC must be a JSON object: {error}") from None
    if not isinstance(raw, dict):
        raise SpecError("TEMPLATE_SPEC must be a JSON object")
    currency = raw.get("currency")
    if currency is not None:
        _match("currency", currency, r"[A-Z]{3}", "an ISO 4217 code such as EUR")
    return TemplateSpec(
        country=_match("country", raw.get("country"), r"[A-Z]{2}", "an ISO 3166-1 code such as FR"),
        languages=_names(raw, "languages", r"[a-z]{2,3}(_[A-Z0-9]{2,3})?(@[a-z]+)?", "codes such as fr_FR"),
        modules=_names(raw, "modules", r"[a-z][a-z0-9_]*", "names of modules"),
        currency=currency,
    )


def _names(raw, field, pattern, meaning):
    values = raw.get(field)
    if not isinstance(values, list) or not values:
        raise SpecError(f"{field} must be a list of at least one of: {meaning}")
    return tuple(dict.fromkeys(_match(field, value, pattern, meaning) for value in values))


def _match(field, value, pattern, meaning):
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise SpecError(f"{field} must be {meaning}, not {value!r}")
    return value
