"""What Central policy may change works by itself from then on, so somebody looks at it again."""

import csv
import re
from xml.etree import ElementTree

from tests.support.addon_ground import ADDONS

KINDS = ADDONS / "retail_review/data/kinds.xml"
POLICY = ("retail_base.group_policy", "group_policy")

# Models that Central policy may write and that nobody reviews, and why.
EXCUSED = {
    "retail.region": "who manages which stores; it decides nothing by itself",
    "retail.review.kind": "what is reviewed, not a rule",
    "retail.review.item": "what is reviewed, not a rule",
}


def models() -> dict[str, str]:
    """Our own, by how access rights name them."""
    names = {
        name
        for file in ADDONS.glob("retail_*/models/*.py")
        for name in re.findall(r"^    _name = \"(retail\.[a-z.]+)\"", file.read_text(), re.MULTILINE)
    }
    return {f"model_{name.replace('.', '_')}": name for name in names}


def written_by_policy() -> set[str]:
    ours = models()
    found = set()
    for file in ADDONS.glob("retail_*/security/ir.model.access.csv"):
        with file.open() as lines:
            for row in csv.DictReader(lines):
                model = ours.get(row["model_id:id"].rsplit(".", maxsplit=1)[-1])
                if model and row["group_id:id"] in POLICY and row["perm_write"] == "1":
                    found.add(model)
    return found


def registered() -> set[str]:
    fields = ElementTree.parse(KINDS).iterfind("record/field[@name='model']")  # noqa: S314 our own file
    return {field.text or "" for field in fields}


def test_every_rule_of_central_policy_is_reviewed_or_says_why_not() -> None:
    assert written_by_policy() - registered() - EXCUSED.keys() == set()


def test_nothing_is_excused_without_need() -> None:
    assert EXCUSED.keys() <= written_by_policy() - registered()


def test_every_registered_model_of_ours_is_there() -> None:
    assert {name for name in registered() if name.startswith("retail.")} <= set(models().values())
