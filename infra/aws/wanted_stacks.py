"""The three stacks of a gallery in somebody's account, as they are to be."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from infra.aws.account import Account
from infra.aws.signing_key import Places
from infra.aws.wishes import Services, Standing, Wishes, adopted
from infra.build import ROOT, Package
from infra.deploy import app_stack, data_stack, stack_name
from infra.stacks import Stack

EDGE_TEMPLATE = ROOT / "infra" / "edge.yaml"
FROM_PERSON = {
    "app": ("TimeZone", "MonthlyBudget", "OwnerEmail"),
    "edge": ("DomainName", "CertificateArn", "PriceClass"),
}
"""Parameters that a person chooses, and that stay what they are until another choice."""


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
                    "PublicKeyA": places.a,
                    "PublicKeyB": places.b,
                    **self.chosen("edge", standing),
                },
            )
        )

    def chosen(self, layer: str, standing: Standing) -> dict[str, str]:
        """What a person chose for a stack, now or before."""
        current = standing.parameters[layer]
        chosen = {
            name: self.wishes.chosen.get(name, current.get(name, ""))
            for name in FROM_PERSON.get(layer, ())
        }
        return {name: value for name, value in chosen.items() if value}

    def _tagged(self, stack: Stack) -> Stack:
        # so that a bill can be looked at by gallery
        return dataclasses.replace(
            stack, tags={"contactsheet": self.wishes.environment}, is_marked=False
        )
