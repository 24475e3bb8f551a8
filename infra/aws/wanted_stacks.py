"""The three stacks of a gallery in somebody's account, as they are to be."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass

from infra.aws.account import Account
from infra.aws.signing_key import Places
from infra.aws.template import Template, find_refused, read_template
from infra.aws.wishes import Services, Standing, Wishes, adopted
from infra.build import ROOT, Package
from infra.deploy import DATA_TEMPLATE, app_stack, data_stack, stack_name
from infra.stacks import Stack

EDGE_TEMPLATE = ROOT / "infra" / "edge.yaml"
FROM_PERSON = {
    "data": ("DeletionProtection",),
    "app": ("TimeZone", "MonthlyBudget", "OwnerEmail", "LogLevel", "LogRetentionDays"),
    "edge": ("DomainName", "CertificateArn", "PriceClass"),
}
"""Parameters that a person chooses, and that stay what they are until another choice.

Some are chosen on the stack itself, by hand: an update has to give them, or they would be as the
template says."""


@dataclass(frozen=True)
class WantedStacks:
    """Makes the stacks.

    Attributes:
        services: Where to.
        account: Whose.
        wishes: What for.
        package: The functions, as ``infra.build`` made them.
        edge_template: What stands in front of them.
    """

    services: Services
    account: Account
    wishes: Wishes
    package: Package
    edge_template: str

    def data(self, standing: Standing, stream: str) -> Stack:
        """What holds the photos.

        Args:
            standing: What stands; the edge's address and name stand in it once there is one.
            stream: ARN of the stream of a table that is taken into use.
        """
        edge = standing.outputs["edge"]
        bucket, table = adopted(self.wishes, standing)
        known = {
            "AdoptedBucket": bucket,
            "AdoptedTable": table,
            "AdoptedTableStreamArn": stream,
            "DistributionArn": edge.get("DistributionArn", ""),
            "SiteAddress": edge.get("Address", ""),
            "PageOrigins": edge.get("Address", ""),
            **self.chosen("data", standing),
        }
        stack = data_stack(
            self.wishes.environment, {name: value for name, value in known.items() if value}
        )
        return self._tagged(stack)

    def app(self, standing: Standing, data: Mapping[str, str], alarms: tuple[str, ...]) -> Stack:
        """What works on them; the zips of its functions are uploaded."""
        stack = app_stack(
            self.services.s3,
            self.wishes.environment,
            self.package,
            data,
            self.chosen("app", standing),
        )
        return dataclasses.replace(self._tagged(stack), alarms=alarms)

    def edge(
        self,
        standing: Standing,
        data: Mapping[str, str],
        app: Mapping[str, str],
        places: Places,
    ) -> Stack:
        """What stands in front."""
        return self._tagged(
            Stack(
                stack_name(self.wishes.environment, "edge"),
                self.edge_template,
                {
                    "Environment": self.wishes.environment,
                    "PhotosBucket": data["PhotosBucketName"],
                    "PageBucket": data["PageBucketName"],
                    "RestApiId": app["RestApiId"],
                    **places.parameters,
                    **self.chosen("edge", standing),
                },
            )
        )

    def template(self, layer: str) -> Template:
        """A layer's template, as it is to be."""
        if layer == "data":
            return read_template(DATA_TEMPLATE.read_text(encoding="utf-8"))
        if layer == "edge":
            return read_template(self.edge_template)
        template: Template = json.loads(self.package.template.read_text(encoding="utf-8"))
        return template

    def chosen(self, layer: str, standing: Standing) -> dict[str, str]:
        """What a person chose for a stack, now or before, and the template allows by now.

        What is chosen now is CloudFormation's to refuse.
        """
        kept = self._kept(layer, standing)
        refused = find_refused(self.template(layer), kept)
        chosen = {name: self.wishes.chosen.get(name, "") for name in FROM_PERSON[layer]}
        return {
            **{name: value for name, value in kept.items() if name not in refused},
            **{name: value for name, value in chosen.items() if value},
        }

    def refused_lines(self, standing: Standing) -> list[str]:
        """What was chosen before, and can't be kept: it becomes what the template says."""
        return [
            f"{layer}: {name} is {standing.parameters[layer][name]}, which is allowed no more "
            f"({allowed}); it becomes what the template says"
            for layer in FROM_PERSON
            for name, allowed in find_refused(
                self.template(layer), self._kept(layer, standing)
            ).items()
        ]

    def _kept(self, layer: str, standing: Standing) -> dict[str, str]:
        current = standing.parameters[layer]
        return {
            name: current[name]
            for name in FROM_PERSON[layer]
            if current.get(name) and name not in self.wishes.chosen
        }

    def _tagged(self, stack: Stack) -> Stack:
        # so that a bill can be looked at by gallery
        return dataclasses.replace(
            stack, tags={"contactsheet": self.wishes.environment}, is_marked=False
        )
