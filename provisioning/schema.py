"""Turns the JSON Schema of a pydantic model into a structural OpenAPI schema, the only kind a CRD takes.

Structural means: no references, no unions, a type at every level, and no `additionalProperties: false`
(the API server drops unknown fields by itself, and reports them under strict field validation).
"""

from copy import deepcopy
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]

# Fields of JSON Schema that structural schemas share and that our models use. Anything else that pydantic
# may come up with is an error rather than a rule that silently does not hold.
KEPT = (
    "type", "description", "enum", "default", "format", "pattern", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
    "required",
)  # fmt: skip
HANDLED = ("$ref", "$defs", "title", "anyOf", "allOf", "const", "properties", "items", "additionalProperties")


class SchemaError(Exception):
    """A model says something that a structural schema cannot express."""


def structural(model: type[BaseModel], *, nullable: bool) -> Schema:
    """The schema of a model's wire format.

    With `nullable`, optional fields keep an explicit null: that is for statuses, where lists of steps are
    written whole. Without, the API server drops a null, as if the field were absent; but where the field has a
    default, as otherwise nobody could say "none".

    Raises SchemaError, naming the place, for what cannot be expressed.
    """
    source = model.model_json_schema(by_alias=True, mode="validation")
    return _Translation(source.get("$defs", {}), nullable).translate(source, model.__name__)


class _Translation:
    def __init__(self, definitions: Schema, nullable: bool) -> None:
        self._definitions = definitions
        self._nullable = nullable

    def translate(self, node: Schema, place: str) -> Schema:
        node = self._inlined(node)
        unknown = [key for key in node if key not in KEPT + HANDLED and not key.startswith("x-kubernetes-")]
        if unknown:
            raise SchemaError(f"{place}: cannot express {', '.join(unknown)}")
        if "anyOf" in node:
            return self._optional(node, place)
        # Copied, because YAML writes one list in two places as an alias.
        result = {key: deepcopy(node[key]) for key in KEPT if key in node and not _says_nothing(key, node[key])}
        if "const" in node:
            result["enum"] = [node["const"]]
        if "type" not in result:
            raise SchemaError(f"{place}: has no type")
        if "properties" in node:
            result["properties"] = {
                name: self.translate(child, f"{place}.{name}") for name, child in node["properties"].items()
            }
        if "items" in node:
            result["items"] = self.translate(node["items"], f"{place}[]")
        if isinstance(node.get("additionalProperties"), dict):
            result["additionalProperties"] = self.translate(node["additionalProperties"], f"{place}{{}}")
        result.update({key: value for key, value in node.items() if key.startswith("x-kubernetes-")})
        return result

    def _inlined(self, node: Schema) -> Schema:
        """The node with its reference replaced by what it refers to; its own keys win over the target's."""
        own = dict(node)
        for reference in (own.pop("$ref", None), *(part.get("$ref") for part in own.pop("allOf", ()))):
            if reference:
                target = self._definitions[reference.removeprefix("#/$defs/")]
                own = {**self._inlined(target), **own}
        return own

    def _optional(self, node: Schema, place: str) -> Schema:
        """`anyOf [X, null]` is an optional X, the only union that structural schemas can say."""
        choices = [choice for choice in node["anyOf"] if choice.get("type") != "null"]
        if len(choices) != 1:
            raise SchemaError(f"{place}: a union of {len(choices)} types cannot be expressed")
        rest = {key: value for key, value in node.items() if key != "anyOf"}
        result = self.translate({**self._inlined(choices[0]), **rest}, place)
        return {**result, "nullable": True} if self._nullable or "default" in result else result


def _says_nothing(key: str, value: Any) -> bool:
    return (key == "default" and value is None) or (key == "required" and not value)
