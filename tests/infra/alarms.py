"""The alarms of the app stack, as CloudWatch would judge numbers by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.aws.template import read_template

TEMPLATE = Path(__file__).parents[2] / "infra" / "app.yaml"
SIGNS = {"GreaterThanThreshold": ">", "GreaterThanOrEqualToThreshold": ">="}


@dataclass(frozen=True)
class Alarm:
    """One of them.

    Attributes:
        logical: Its name in the template.
        said: Its properties.
    """

    logical: str
    said: dict[str, Any]

    @property
    def name(self) -> str:
        """What its name ends with, after the gallery's."""
        name: str = self.said["AlarmName"]["Fn::Sub"]
        return name.removeprefix("contactsheet-${Environment}-")

    @property
    def metric(self) -> tuple[str, str]:
        """Namespace and name of what it watches."""
        return self.said["Namespace"], self.said["MetricName"]

    @property
    def dimensions(self) -> dict[str, Any]:
        """Of what it watches; names of a gallery as they are written."""
        told = self.said.get("Dimensions", [])
        return {one["Name"]: one["Value"] for one in told}

    @property
    def rings_when(self) -> str:
        """In words, such as ``sum > 0 in 15 min``."""
        sign = SIGNS[self.said["ComparisonOperator"]]
        times = self.said["EvaluationPeriods"]
        return (
            f"{self.said['Statistic'].lower()} {sign} {self.said['Threshold']} "
            f"in {self.said['Period'] // 60} min"
            + (f", {times} times in a row" if times > 1 else "")
        )

    def rings(self, *periods: Sequence[float]) -> bool:
        """Whether values are too much in each of the periods that it looks at; nothing never is.

        Args:
            periods: The values of each, as many as it looks at.
        """
        assert self.said["TreatMissingData"] == "notBreaching"
        assert len(periods) == self.said["EvaluationPeriods"]
        assert "DatapointsToAlarm" not in self.said  # all of them
        return all(self._is_too_much(values) for values in periods)

    def _is_too_much(self, values: Sequence[float]) -> bool:
        if not values:
            return False
        found = sum(values) if self.said["Statistic"] == "Sum" else max(values)
        threshold: float = self.said["Threshold"]
        is_more = self.said["ComparisonOperator"] == "GreaterThanThreshold"
        return found > threshold if is_more else found >= threshold


def alarms() -> dict[str, Alarm]:
    """All of them, by the end of their names."""
    resources = read_template(TEMPLATE.read_text(encoding="utf-8"))["Resources"]
    found = [
        Alarm(logical, resource["Properties"])
        for logical, resource in resources.items()
        if resource.get("Type") == "AWS::CloudWatch::Alarm"
    ]
    return {alarm.name: alarm for alarm in found}
