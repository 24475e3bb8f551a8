"""How a deployment looks before anything is done: what can be asked, and what must be foretold."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from infra.aws.foretold import additions, differences
from infra.aws.signing_key import Places, find_key, parameter_name
from infra.aws.site import plan_places
from infra.aws.take_back import POOL, Left, find_left
from infra.aws.template import named_in
from infra.aws.wanted_stacks import WantedStacks
from infra.aws.wishes import Standing, adopted
from infra.deploy import FROM_DATA
from infra.stack_state import DeployError
from infra.stacks import Change, Proposal, Stack

LATER = "(known once it stands)"
"""In the place of a value that isn't known yet."""


@dataclass(frozen=True)
class Outlook:
    """Looks ahead, and changes nothing.

    Attributes:
        wanted: What the stacks are to be.
        now: The time.
    """

    wanted: WantedStacks
    now: datetime

    def known_stacks(
        self, standing: Standing, left: Collection[Left], alarms: tuple[str, ...]
    ) -> Iterator[Stack]:
        """The stacks whose every parameter is known before anything is done."""
        _, table = adopted(self.wanted.wishes, standing)
        stream = _stream(standing)
        # what is left begins the stack by an import, and what is there can't be proposed as new
        if left or (table and not stream):
            return
        yield self.wanted.data(standing, stream)
        data = standing.outputs["data"]
        if not {*FROM_DATA.values(), "CodeBucketName"} <= set(data):
            return
        yield self.wanted.app(standing, data, alarms)
        has_key = find_key(self.wanted.services.ssm, parameter_name(self.wanted.wishes.environment))
        if standing.has("app") and has_key and not self.wanted.wishes.exchange_key:
            places = self._places(standing)[0]
            yield self.wanted.edge(standing, data, standing.outputs["app"], places)

    def new(self, layer: str, standing: Standing, left: Iterable[Left]) -> tuple[Change, ...]:
        """All that a stack makes that does not stand yet."""
        parameters: Mapping[str, str] = {**self._pseudo, **self.wanted.chosen(layer, standing)}
        if layer == "data":
            parameters = {**self._pseudo, **self.wanted.data(standing, "").parameters}
        elif layer == "edge":
            parameters = {**parameters, **self._places(standing)[0].parameters}
        taken_back = {thing.resource for thing in left} if layer == "data" else set()
        return additions(self.wanted.template(layer), parameters, taken_back)

    def afterwards(
        self, standing: Standing, proposals: Mapping[str, Proposal]
    ) -> dict[str, tuple[Change, ...]]:
        """What changes once more on stacks, when others stand."""
        found = {}
        address = standing.outputs["edge"].get("Address", LATER)
        domain = self.wanted.wishes.chosen.get("DomainName", "")
        coming = f"https://{domain}" if domain else address
        if not standing.has("edge") or coming != address:
            data = {**self._pseudo, **self.wanted.data(standing, _stream(standing)).parameters}
            arn = standing.outputs["edge"].get("DistributionArn", LATER)
            later = {"DistributionArn": arn, "SiteAddress": coming, "PageOrigins": coming}
            found["data"] = differences(self.wanted.template("data"), data, {**data, **later})
        if standing.has("edge"):
            found["edge"] = tuple(self._edge_afterwards(standing, proposals))
        return {layer: changes for layer, changes in found.items() if changes}

    def _edge_afterwards(
        self, standing: Standing, proposals: Mapping[str, Proposal]
    ) -> Iterator[Change]:
        template = self.wanted.template("edge")
        chosen = {**self._pseudo, **self.wanted.chosen("edge", standing)}
        steps = self._places(standing)
        if "edge" not in proposals:
            steps.insert(0, Places.of(standing.parameters["edge"]))
        for before, after in itertools.pairwise(steps):
            yield from differences(
                template, {**chosen, **before.parameters}, {**chosen, **after.parameters}
            )
        api = named_in(self.wanted.template("app").get("Outputs", {}).get("RestApiId", {}))
        changes = proposals["app"].changes if "app" in proposals else ()
        if any(
            change.resource in api and change.replacement in ("True", "Conditional")
            for change in changes
        ):
            # another API has another id, of which the edge is told
            known = {**chosen, **steps[-1].parameters}
            yield from differences(template, known, {**known, "RestApiId": LATER})

    def left(self, standing: Standing) -> tuple[Left, ...]:
        """What an earlier gallery of this name has left.

        Raises:
            DeployError: There are several pools of owners.
        """
        found = find_left(
            self.wanted.services.dynamodb,
            self.wanted.services.s3,
            self.wanted.services.cognito,
            self.wanted.template("data"),
            self.wanted.account.names(self.wanted.wishes.environment),
        )
        pools = [thing.name for thing in found if thing.kind == POOL]
        if len(pools) > 1:
            raise DeployError(
                f"there are several pools of owners: {', '.join(pools)}. Delete those without "
                "yours (in the console: Cognito, User pools), then deploy again"
            )
        bucket, table = adopted(self.wanted.wishes, standing)
        replaced = {"PhotosBucket": bucket, "AssetsTable": table}
        return tuple(thing for thing in found if not replaced.get(thing.resource))

    @property
    def _pseudo(self) -> Mapping[str, str]:
        """What CloudFormation itself knows, and conditions may ask for."""
        return self.wanted.account.names(self.wanted.wishes.environment)

    def _places(self, standing: Standing) -> list[Places]:
        """Which keys the edge is to trust, one update after the other; none is made."""
        return plan_places(
            self.wanted.services.ssm,
            self.wanted.wishes.environment,
            standing.parameters["edge"],
            self.now,
            makes=False,
            exchange=self.wanted.wishes.exchange_key,
            distrust=self.wanted.wishes.distrusts_old_key,
        )


def _stream(standing: Standing) -> str:
    return standing.parameters["data"].get("AdoptedTableStreamArn", "")
