"""Says in our own words why a spec does not fit its schema: the field, what is wrong, and what would fit."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from controller.core.problem import Problem

LONGEST_VALUE = 60
"""Characters of a wrong value that a message repeats."""


def explain(error: ValidationError, model: type[BaseModel], prefix: str = "spec") -> tuple[Problem, ...]:
    """One problem per wrong field; `prefix` is where the model sits in the document."""
    schema = model.model_json_schema(by_alias=True)
    return tuple(_problem(each, schema, prefix) for each in error.errors())


def _problem(found: Mapping[str, Any], schema: Mapping[str, Any], prefix: str) -> Problem:
    where = [part for part in found["loc"] if not str(part).startswith("function-")]
    field = prefix + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
    rules = _rules(schema, where)
    match found["type"]:
        case "missing":
            return Problem(field, "is missing", f"add it ({_expected(rules)})")
        case "extra_forbidden":
            known = sorted(_rules(schema, where[:-1]).get("properties", {}))
            return Problem(field, "there is no such field", f"remove it, or use one of: {', '.join(known)}")
        case "value_error":
            return Problem(field, str(found["ctx"]["error"]), "correct it")
    value = repr(found["input"])
    shown = value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + "…"
    if choices := rules.get("enum"):
        return Problem(field, f"{shown} is not known", f"choose one of: {', '.join(map(str, choices))}")
    said = str(found["msg"])
    said = said[0].lower() + said[1:]
    if found["type"] == "string_pattern_mismatch":
        # A regular expression is no help to a person; the description is.
        return Problem(field, f"{shown} does not fit", f"give {_expected(rules)}")
    return Problem(field, f"{shown} does not fit", said)


def _rules(schema: Mapping[str, Any], path: Sequence[str | int]) -> Mapping[str, Any]:
    """The part of a JSON schema that describes the value at this path; empty when it leads nowhere."""
    current = schema
    for part in path:
        current = _resolved(schema, current)
        current = (
            current.get("items", {}) if isinstance(part, int) else current.get("properties", {}).get(part, {})
        )
    return _resolved(schema, current)


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follows references, and takes the branch of an optional value that is not null."""
    description = None
    while "$ref" in part or "anyOf" in part:
        description = part.get("description", description)
        if "anyOf" in part:
            part = next(branch for branch in part["anyOf"] if branch.get("type") != "null")
        else:
            part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    # What a type says of itself tells its form; what a field says of it, only its meaning.
    return part if "description" in part or description is None else {**part, "description": description}


def _expected(rules: Mapping[str, Any]) -> str:
    text = str(rules.get("description", "")).rstrip(".")
    if text:
        return text[0].lower() + text[1:] if not text[1:2].isupper() else text
    if "minimum" in rules and "maximum" in rules:
        return f"a number from {rules['minimum']} to {rules['maximum']}"
    if "maxLength" in rules:
        return f"{rules.get('minLength', 0)} to {rules['maxLength']} characters"
    return "another value"
