"""What build-template accepts, and how it refuses the rest."""

import json

import pytest

from tests.unit.release.images.loading import template

spec = template("spec")
GOOD = {"country": "FR", "languages": ["fr_FR", "en_US", "fr_FR"], "modules": ["crm", "stock"]}


def test_a_good_spec_without_repetitions() -> None:
    parsed = spec.parse(json.dumps(GOOD))
    assert parsed.languages == ("fr_FR", "en_US")
    assert parsed.currency is None
    assert spec.parse(json.dumps({**GOOD, "currency": "EUR"})).currency == "EUR"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"country": "France"}, "country"),
        ({"country": None}, "country"),
        ({"currency": "euro"}, "currency"),
        ({"languages": []}, "languages"),
        ({"languages": ["fr-FR"]}, "languages"),
        ({"modules": "crm"}, "modules"),
        ({"modules": ["crm; DROP"]}, "modules"),
        ({"modules": [1]}, "modules"),
    ],
)
def test_a_bad_field_is_named(change: dict[str, object], field: str) -> None:
    with pytest.raises(spec.SpecError, match=f"^{field} must be"):
        spec.parse(json.dumps({**GOOD, **change}))


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"'])
def test_anything_but_an_object_is_refused(text: str) -> None:
    with pytest.raises(spec.SpecError, match="must be a JSON object"):
        spec.parse(text)
