"""The checked-in CRDs are what the models say, and say it structurally."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from provisioning import crd
from provisioning.databaseserver import DatabaseServer
from provisioning.plan import Plan, connections_needed
from provisioning.schema import SchemaError, structural
from provisioning.tenant import FINAL_FIELDS, AppliedSpec, Tenant, TenantSpec
from tests.unit.provisioning.samples import plan_spec

# JSON Schema keywords that a structural schema must not contain.
FORBIDDEN = {"$ref", "$defs", "anyOf", "oneOf", "allOf", "not", "const", "title", "uniqueItems"}


def nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for child in schema.get("properties", {}).values():
        yield from nodes(child)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from nodes(schema[key])


def schema_of(kind: crd.Kind) -> dict[str, Any]:
    version = crd.definition(kind)["spec"]["versions"][0]
    schema: dict[str, Any] = version["schema"]["openAPIV3Schema"]
    return schema


def test_checked_in_files_are_up_to_date() -> None:
    assert crd.differences() == "", "run `python -m provisioning.crd --write` and commit the result"


@pytest.mark.parametrize("kind", crd.KINDS, ids=lambda kind: kind.KIND)
def test_schema_is_structural(kind: crd.Kind) -> None:
    for node in nodes(schema_of(kind)):
        assert "type" in node
        assert not FORBIDDEN & node.keys()


@pytest.mark.parametrize("kind", crd.KINDS, ids=lambda kind: kind.KIND)
def test_every_field_a_user_writes_has_a_limit(kind: crd.Kind) -> None:
    for node in nodes(schema_of(kind)["properties"]["spec"]):
        if node["type"] == "string":
            assert {"maxLength", "enum", "pattern", "format"} & node.keys(), node
        if node["type"] == "array":
            assert "maxItems" in node, node


def test_only_statuses_keep_a_null_and_fields_whose_default_is_something() -> None:
    for kind in crd.KINDS:
        properties = schema_of(kind)["properties"]
        assert all("default" in node for node in nodes(properties["spec"]) if "nullable" in node)
    assert schema_of(DatabaseServer)["properties"]["spec"]["properties"]["caConfigMap"]["nullable"] is True
    status = schema_of(Tenant)["properties"]["status"]
    assert status["properties"]["url"]["nullable"] is True


def test_connections_rule_says_the_same_as_the_model() -> None:
    rule = schema_of(Plan)["properties"]["spec"]["x-kubernetes-validations"][0]["rule"]
    spec = plan_spec(workers=3, minimum=1, maximum=5)
    formula = rule.removeprefix("self.connections >= ")
    for name, value in (("self.replicas.max", spec.replicas.max), ("self.workers", spec.workers)):
        formula = formula.replace(name, str(value))
    assert eval(formula) == connections_needed(spec)  # noqa: S307 our own rule, with numbers filled in


FOR_LATER = {"shop", "brand", "ring", "recovery_priority"}
"""Nothing of a tenant is built from these; whoever treats it by them reads them then."""
NETWORK = {"stores", "regions", "head_office", "who_decides", "policies"}
"""What was applied of these is known by its digest."""


@pytest.mark.parametrize(
    "name", sorted(TenantSpec.model_fields.keys() - AppliedSpec.model_fields.keys() - FOR_LATER - NETWORK)
)
def test_a_field_whose_edit_would_reach_nothing_is_final(name: str) -> None:
    spec = schema_of(Tenant)["properties"]["spec"]
    field = str(TenantSpec.model_fields[name].alias)
    rules = [*spec["x-kubernetes-validations"], *spec["properties"][field].get("x-kubernetes-validations", [])]
    assert any(rule["message"].startswith(f"{field} cannot change") for rule in rules)


def test_what_cannot_be_expressed_is_an_error() -> None:
    class Ambiguous(BaseModel):
        value: int | str

    class Odd(BaseModel):
        model_config = ConfigDict(json_schema_extra={"dependentRequired": {}})

    with pytest.raises(SchemaError, match=r"Ambiguous\.value: a union of 2 types"):
        structural(Ambiguous, nullable=False)
    with pytest.raises(SchemaError, match="dependentRequired"):
        structural(Odd, nullable=False)


def test_check_reports_a_difference(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: Any) -> None:
    monkeypatch.setattr(crd, "FOLDER", tmp_path)
    assert crd.main(["--check"]) == 1
    assert "+kind: CustomResourceDefinition" in capsys.readouterr().out
    assert crd.main(["--write"]) == 0
    assert crd.main(["--check"]) == 0


def test_what_is_called_final_is_what_the_api_server_keeps() -> None:
    spec = schema_of(Tenant)["properties"]["spec"]
    kept = {
        name
        for name, schema in spec["properties"].items()
        if any(rule["rule"] == "self == oldSelf" for rule in schema.get("x-kubernetes-validations", []))
    }
    whole = [rule["rule"] for rule in spec["x-kubernetes-validations"]]
    kept |= {
        name for name in spec["properties"] if any(f"self.{name} == oldSelf.{name}" in rule for rule in whole)
    }
    grow = {
        name
        for name in spec["properties"]
        if any(f"oldSelf.{name}.all(old, old in self.{name})" in r for r in whole)
    }
    assert kept | grow == FINAL_FIELDS
    assert grow == {"bundles"}
