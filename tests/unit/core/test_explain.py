"""A schema's refusal in words that a person can act on."""

from typing import Any

import pytest
from pydantic import ValidationError

from controller.core.explain import explain
from provisioning.plan import PlanSpec
from provisioning.tenant import TenantSpec

GOOD: dict[str, Any] = {
    "displayName": "Rua", "hostnames": ["rua.shops.localhost"], "plan": "small", "release": "14.0",
    "country": "PT", "languages": ["pt_PT"],
}  # fmt: skip


def problems(**changes: Any) -> list[str]:
    given = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    with pytest.raises(ValidationError) as caught:
        TenantSpec.model_validate(given)
    return [str(each) for each in explain(caught.value, TenantSpec)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"country": "Portugal"}, "spec.country: 'Portugal' does not fit; give ISO 3166-1 alpha-2 code"),
        ({"currency": "euro"}, "spec.currency: 'euro' does not fit; give ISO 4217 code"),
        ({"plan": None}, "spec.plan: is missing; add it (a DNS label)"),
        ({"ring": "soon"}, "spec.ring: 'soon' is not known; choose one of: internal, early, broad, late"),
        (
            {"recoveryPriority": 9},
            "spec.recoveryPriority: 9 does not fit; input should be less than or equal to 5",
        ),
        (
            {"shop": {"kind": "chain", "colour": "red"}},
            "spec.shop.colour: there is no such field; remove it, or use one of: kind, size",
        ),
        (
            {"stores": [{"code": "A", "name": "a"}, {"code": "A", "name": "b"}]},
            "spec: stores' codes must not repeat: A, A; correct it",
        ),
    ],
)
def test_each_sort_of_problem(changes: dict[str, Any], expected: str) -> None:
    assert expected in problems(**changes)


def test_deep_fields_are_named_with_their_index() -> None:
    (found,) = problems(stores=[{"code": "A", "name": "a", "openingHours": {"mon": "9-19"}}])
    assert found.startswith("spec.stores[0].openingHours.mon: '9-19' does not fit; give local time such as")


def test_long_values_are_cut() -> None:
    (found,) = problems(country="x" * 500)
    assert len(found) < 200


def test_all_problems_are_told() -> None:
    assert len(problems(country="x", languages=[], plan="A B")) == 3


def test_rules_over_several_fields_keep_their_own_words() -> None:
    given = {
        "workers": 4, "replicas": {"min": 3, "max": 2}, "cpuRequest": "1", "cpuLimit": "2", "memory": "1Gi",
        "storage": "1Gi", "connections": 100,
    }  # fmt: skip
    with pytest.raises(ValidationError) as caught:
        PlanSpec.model_validate(given)
    (found,) = explain(caught.value, PlanSpec)
    assert "replicas.min (3) is above replicas.max (2)" in str(found)
