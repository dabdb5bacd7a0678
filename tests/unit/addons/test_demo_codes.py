"""All addons' demonstration data can be loaded into one shop: no two records of a model have the same code."""

from collections import Counter
from xml.etree import ElementTree

from tests.support.addon_ground import ADDONS


def test_no_two_records_of_a_model_have_the_same_code() -> None:
    records = [
        (record.get("model"), str(code.text))
        for file in sorted(ADDONS.glob("*/demo/*.xml"))
        for record in ElementTree.parse(file).iter("record")  # noqa: S314 our own files
        for code in record.findall("field[@name='code']")
    ]
    assert [each for each, times in Counter(records).items() if times > 1] == []
    assert ("retail.connector.endpoint", "demo_carrier") in records
