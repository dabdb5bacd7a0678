"""A tenant that names its country's own currency and one that names none start from the same template."""

from pathlib import Path

import pytest
import yaml

from provisioning.currencies import own_currency
from provisioning.release import Variant
from tests.support import samples

BASELINES = Path(__file__).resolve().parents[3] / "release" / "baselines"
COUNTRIES = yaml.safe_load((BASELINES / "14.0.yaml").read_text())["countries"]


@pytest.mark.parametrize(
    ("country", "currency"),
    [
        ("PT", "EUR"),
        ("HR", "EUR"),
        ("CH", "CHF"),
        # Of several that are legal tender it is the country's own, wherever the data name it.
        ("NA", "NAD"),
        ("PA", "PAB"),
        # Some have none of their own.
        ("EC", "USD"),
    ],
)
def test_a_countrys_own_currency(country: str, currency: str) -> None:
    assert own_currency(country) == currency


def test_a_country_without_one_has_none() -> None:
    assert own_currency("AQ") is None
    assert own_currency("XX") is None
    assert Variant(country="AQ", languages=("en_US",)).currency is None


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_of_the_baseline_has_one(country: str) -> None:
    named = Variant(country=country, languages=("en_US",), currency=own_currency(country))
    unnamed = Variant(country=country, languages=("en_US",))
    assert named.currency is not None
    assert unnamed == named
    assert unnamed.digest == named.digest


def test_another_currency_is_another_template() -> None:
    digests = {Variant(country="PT", languages=("pt_PT",), currency=each).digest for each in (None, "EUR", "USD")}
    assert len(digests) == 2


def test_a_tenant_asks_for_the_template_of_its_countrys_currency() -> None:
    named, unnamed = samples.tenant_spec(currency="EUR"), samples.tenant_spec()
    assert unnamed.currency is None
    assert named.variant == unnamed.variant


def test_a_procedure_carries_the_currency_that_it_builds() -> None:
    text = samples.tenant_spec().variant.model_dump_json(by_alias=True)
    assert '"currency":"EUR"' in text
    assert (
        Variant.model_validate_json('{"country": "PT", "languages": ["pt_PT"], "currency": null}').currency
        == "EUR"
    )
