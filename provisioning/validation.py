"""Rules in the Common Expression Language that the API server checks, so that a bad field never gets in.

A pydantic validator guards what Python reads; the same rule as CEL guards what anybody writes by kubectl.
Each rule's cost is estimated by the API server from maxLength, maxItems and maxProperties when the CRD is
created, so a field without such a limit cannot carry a rule that walks through it.
"""

from pydantic import JsonValue
from pydantic.config import JsonDict

VALIDATIONS = "x-kubernetes-validations"


def cel(rule: str, message: str) -> JsonDict:
    """One rule; `message` names the field and the fix."""
    return {"rule": rule, "message": message}


def checked(*rules: JsonDict) -> JsonDict:
    """Schema extra of a field or model that these rules hold for."""
    content: list[JsonValue] = list(rules)
    return {VALIDATIONS: content}


def immutable(message: str) -> JsonDict:
    """Schema extra of a field that keeps its value; an optional field also needs a rule on its parent."""
    return checked(cel("self == oldSelf", message))


def both(*extras: JsonDict) -> JsonDict:
    """Schema extra of a field that all these extras' rules hold for."""
    content: list[JsonValue] = []
    for extra in extras:
        rules = extra[VALIDATIONS]
        content += rules if isinstance(rules, list) else [rules]
    return {VALIDATIONS: content}


def distinct(field: str) -> JsonDict:
    """Schema extra of a list in which order matters and nothing may repeat.

    `x-kubernetes-list-type: set` would refuse repetitions too, but lets server-side apply merge two writers'
    lists, and then nobody decides which entry comes first.
    """
    return checked(cel("self.all(x, self.exists_one(y, y == x))", f"{field} must not repeat an entry"))


def kept(field: str, message: str) -> JsonDict:
    """Rule on a parent: the optional field is given at creation or never, and keeps its value."""
    return cel(
        f"has(self.{field}) == has(oldSelf.{field}) && (!has(self.{field}) || self.{field} == oldSelf.{field})",
        message,
    )


# Order does not matter in these lists, so writers may be merged; repetitions are refused at any length.
AS_SET: JsonDict = {"x-kubernetes-list-type": "set"}


def keyed(*keys: str) -> JsonDict:
    """Schema extra of a list of objects that are told apart by these fields, which must not repeat."""
    names: list[JsonValue] = list(keys)
    return {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": names}
