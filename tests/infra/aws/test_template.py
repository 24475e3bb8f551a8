"""Templates read as values."""

import pytest

from infra.aws.template import find_refused, read_template, resources_of
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


FAR_OFF = read_template(
    """
Conditions:
  InVirginia: !Equals [!Ref AWS::Region, us-east-1]
  Elsewhere: !Not [!Condition InVirginia]
  Mapped: !Equals [!FindInMap [a, b, c], d]
  Unheard: !Contains [[a], b]
Resources:
  Here: {Type: A, Condition: InVirginia}
  There: {Type: B, Condition: Elsewhere}
  Mapped: {Type: C, Condition: Mapped}
  Unheard: {Type: D, Condition: Unheard}
"""
)


@pytest.mark.parametrize(
    ("parameters", "made"),
    [
        ({"AWS::Region": "us-east-1"}, {"Here", "Mapped", "Unheard"}),
        ({"AWS::Region": "eu-central-1"}, {"There", "Mapped", "Unheard"}),
        ({}, {"Here", "There", "Mapped", "Unheard"}),
    ],
)
def test_what_depends_on_what_is_not_known_is_told_rather_than_left_out(
    parameters: dict[str, str], made: set[str]
):
    assert resources_of(FAR_OFF, parameters).keys() == made


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"Level": "INFO", "Days": "30", "Zone": "UTC", "Free": "x", "Unheard": "x"}, {}),
        ({"Level": "WARN"}, {"Level": "DEBUG, INFO"}),
        ({"Days": "8"}, {"Days": "7, 30"}),
        ({"Zone": "UTC "}, {"Zone": "[A-Z]+"}),
    ],
)
def test_a_value_that_a_template_does_not_allow_is_told_with_what_it_allows(
    values: dict[str, str], refused: dict[str, str]
):
    template = read_template(
        """
Parameters:
  Level: {Type: String, AllowedValues: [DEBUG, INFO]}
  Days: {Type: Number, AllowedValues: [7, 30]}
  Zone: {Type: String, AllowedPattern: "[A-Z]+"}
  Free: {Type: String}
"""
    )

    assert find_refused(template, values) == refused


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
