"""Templates read as values."""

import pytest

from infra.aws.template import read_template, resources_of
from infra.build import ROOT

TEMPLATE = read_template(
    """
Parameters:
  Name: {Type: String, Default: ""}
  Limit: {Type: Number, Default: 0}
Conditions:
  HasName: !Not [!Equals [!Ref Name, ""]]
  HasLimit: !Not [!Equals [!Ref Limit, "0"]]
  HasBoth: !And [!Condition HasName, !Condition HasLimit]
  HasOne: !Or [!Condition HasName, !Condition HasLimit]
Resources:
  Always: {Type: A}
  Named: {Type: B, Condition: HasName}
  Both: {Type: C, Condition: HasBoth}
  One: {Type: D, Condition: HasOne}
"""
)


@pytest.mark.parametrize(
    ("parameters", "made"),
    [
        ({}, {"Always": "A"}),
        ({"Name": "n"}, {"Always": "A", "Named": "B", "One": "D"}),
        ({"Limit": "5"}, {"Always": "A", "One": "D"}),
        ({"Name": "n", "Limit": "5"}, {"Always": "A", "Named": "B", "Both": "C", "One": "D"}),
    ],
)
def test_what_is_made_depends_on_the_parameters(parameters: dict[str, str], made: dict[str, str]):
    assert resources_of(TEMPLATE, parameters) == made


def test_what_is_taken_over_is_not_made():
    template = read_template((ROOT / "infra" / "data.yaml").read_text(encoding="utf-8"))

    its_own = resources_of(template, {})
    with_theirs = resources_of(template, {"AdoptedBucket": "mine", "AdoptedTable": "rows"})

    assert its_own.keys() == template["Resources"].keys()
    assert its_own.keys() - with_theirs.keys() == {
        *("AssetsTable", "PhotosBucket", "PhotosBucketPolicy"),
    }


def test_one_key_is_made_at_first():
    template = read_template((ROOT / "infra" / "edge.yaml").read_text(encoding="utf-8"))

    made = resources_of(template, {"PublicKeyA": "a key"})

    assert template["Resources"].keys() - made.keys() == {"SigningKeyB"}
