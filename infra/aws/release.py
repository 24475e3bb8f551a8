"""A whole gallery in somebody's account: looked at, shown, and then brought to what it is to be.

The order is data, app, edge, and data once more where the edge is new: the buckets' policies name
the distribution, which nobody knows before it stands. Each step finds what an earlier deployment
has done, so that one that was interrupted is simply run again.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from infra.aws.adoption import Adoption, check_obstacles
from infra.aws.publish_page import publish_page
from infra.aws.signing_key import Places, find_key, parameter_name
from infra.aws.site import find_unowned, invite_owner, plan_places, tell_site
from infra.aws.take_back import POOL, Left, begin_with, find_left
from infra.aws.take_over import TakeOver
from infra.aws.template import read_template, resources_of
from infra.aws.wanted_stacks import WantedStacks
from infra.aws.wishes import LAYERS, Standing, adopted, look
from infra.deploy import DATA_TEMPLATE, FROM_DATA, remove_old_code
from infra.stack_state import DeployError
from infra.stacks import Change, Proposal, Stack, carry_out, discard, propose

Say = Callable[[str], None]


class LossError(DeployError):
    """A change would lose what nobody can make again; it is done only when it is named."""


@dataclass(frozen=True)
class Review:
    """What a deployment will do.

    Attributes:
        proposals: Change sets by layer, where the stack stands and all it needs is known.
        new: What a stack will consist of that does not stand, by layer. Of one that stands and is
            in neither, the changes are known once what it needs stands.
        adoptions: What changes on a bucket and a table that are taken into use.
        left: What an earlier gallery of this name has left, and this one begins with.
    """

    proposals: Mapping[str, Proposal]
    new: Mapping[str, tuple[Change, ...]]
    adoptions: tuple[Adoption, ...]
    left: tuple[Left, ...]

    @property
    def changes(self) -> list[Change]:
        """All that is known resource by resource."""
        return [change for proposal in self.proposals.values() for change in proposal.changes]


@dataclass(frozen=True)
class Site:
    """A gallery that stands.

    Attributes:
        address: Where it is opened.
        domain: CloudFront's own name, which a name of one's own must point to.
        data: The data stack's outputs.
        app: The app stack's.
        galleries: What its owner was given now.
        others: Folders that nobody was given.
    """

    address: str
    domain: str
    data: Mapping[str, str]
    app: Mapping[str, str]
    galleries: tuple[str, ...]
    others: tuple[str, ...]


class Release:
    """One deployment.

    Args:
        wanted: What the stacks are to be.
        page: Folder of the page, as ``infra.build_page`` made it.
        say: Told what is going on.
        now: The time.
    """

    def __init__(self, wanted: WantedStacks, page: Path, say: Say, now: datetime) -> None:
        self._wanted = wanted
        self._services = wanted.services
        self._wishes = wanted.wishes
        self._take_over = TakeOver(wanted.services, wanted.account, wanted.wishes)
        self._page = page
        self._say = say
        self._now = now

    def review(self) -> Review:
        """What would be done; nothing is done yet but that zips are uploaded.

        Raises:
            DeployError: CloudFormation refuses, or something would be lost.
            infra.aws.adoption.AdoptionError: A bucket or a table can't be taken into use.
        """
        standing = self._look()
        self._take_over.check(standing)
        adoptions = tuple(self._take_over.plans(standing))
        check_obstacles(adoptions)
        proposals = {
            _layer(stack): propose(self._services.cloudformation, stack)
            for stack in self._known_stacks(standing)
        }
        left = () if standing.has("data") else self._find_left(standing)
        new = {
            layer: tuple(self._new(layer, standing, left))
            for layer in LAYERS
            if layer not in proposals and not standing.has(layer)
        }
        review = Review(proposals, new, adoptions, left)
        try:
            self._check_losses(review.changes)
        except LossError:
            self.discard(review)
            raise
        return review

    def discard(self, review: Review) -> None:
        """Forget what was reviewed."""
        for proposal in review.proposals.values():
            discard(self._services.cloudformation, proposal)

    def carry_out(self, review: Review, owner: str) -> Site:
        """Do it.

        Args:
            review: What a person has agreed to.
            owner: E-mail of who is to own the gallery; empty where nobody is invited.

        Raises:
            DeployError: A stack failed; CloudFormation has undone what it began.
            infra.aws.adoption.AdoptionError: The bucket or the table changed in the meantime.
        """
        reviewed = dict(review.proposals)
        standing = self._look()
        stream = self._take_over.take_table(standing)
        first = self._wanted.data(standing, stream)
        if review.left:
            cloudformation, s3 = self._services.cloudformation, self._services.s3
            begin_with(cloudformation, s3, first, read_template(first.template), review.left)
        data = self._bring(first, reviewed)
        self._take_over.take_bucket(self._look())
        app = self._bring(self._wanted.app(standing, data, self._alarms(standing)), reviewed)
        edge = self._bring_edge(standing, data, app, reviewed)
        standing = self._look()
        again = self._wanted.data(standing, stream)
        if again.digest != first.digest:
            data = self._bring(again, reviewed)
        self._take_over.take_bucket(standing)
        published = publish_page(self._services.s3, data["PageBucketName"], self._page, self._now)
        self._say(f"page: {len(published.upload)} files, {len(published.delete)} old ones removed")
        remove_old_code(self._services.s3, data["CodeBucketName"], self._wanted.package, self._now)
        galleries = self._take_over.galleries(standing)
        given = self._invite(owner, galleries, data) if owner else []
        return Site(
            edge["Address"],
            edge["DistributionDomain"],
            data,
            app,
            tuple(given),
            tuple(find_unowned(self._wanted.account.region, data, galleries)),
        )

    def _look(self) -> Standing:
        return look(self._services.cloudformation, self._wishes.environment)

    def _known_stacks(self, standing: Standing) -> Iterator[Stack]:
        """The stacks whose every parameter is known before anything is done."""
        _, table = adopted(self._wishes, standing)
        stream = standing.parameters["data"].get("AdoptedTableStreamArn", "")
        if not standing.has("data") or (table and not stream):
            return
        yield self._wanted.data(standing, stream)
        data = standing.outputs["data"]
        if not standing.has("app") or not set(FROM_DATA.values()) <= set(data):
            return
        yield self._wanted.app(standing, data, self._alarms(standing))
        has_key = find_key(self._services.ssm, parameter_name(self._wishes.environment))
        if standing.has("edge") and has_key and not self._wishes.exchange_key:
            places = self._places(standing)[0]
            yield self._wanted.edge(standing, data, standing.outputs["app"], places)

    def _new(self, layer: str, standing: Standing, left: Iterable[Left]) -> Iterator[Change]:
        """All that a stack makes that does not stand yet."""
        parameters: Mapping[str, str] = self._wanted.chosen(layer, standing)
        if layer == "data":
            template = read_template(DATA_TEMPLATE.read_text(encoding="utf-8"))
            parameters = self._wanted.data(standing, "").parameters
        elif layer == "app":
            template = json.loads(self._wanted.package.template.read_text(encoding="utf-8"))
        else:
            template = read_template(self._wanted.edge_template)
            parameters = {**parameters, "PublicKeyA": "its first"}
        taken_back = {thing.resource for thing in left} if layer == "data" else set()
        for resource, kind in resources_of(template, parameters).items():
            if resource not in taken_back:
                yield Change("Add", resource, kind)

    def _find_left(self, standing: Standing) -> tuple[Left, ...]:
        found = find_left(
            self._services.dynamodb,
            self._services.s3,
            self._services.cognito,
            read_template(DATA_TEMPLATE.read_text(encoding="utf-8")),
            self._wanted.account.names(self._wishes.environment),
        )
        pools = [thing.name for thing in found if thing.kind == POOL]
        if len(pools) > 1:
            raise DeployError(
                f"there are several pools of owners: {', '.join(pools)}. Delete those without "
                "yours (in the console: Cognito, User pools), then deploy again"
            )
        bucket, table = adopted(self._wishes, standing)
        replaced = {"PhotosBucket": bucket, "AssetsTable": table}
        return tuple(thing for thing in found if not replaced.get(thing.resource))

    def _alarms(self, standing: Standing) -> tuple[str, ...]:
        """Alarms that tell a bad update; one that is on already can't tell."""
        told = standing.outputs["app"].get("RollbackAlarms", "")
        arns = [arn for arn in told.split(",") if arn]
        if not arns:
            return ()
        described = self._services.cloudwatch.describe_alarms(
            AlarmNames=[_name(arn) for arn in arns]
        )["MetricAlarms"]
        quiet = {alarm["AlarmArn"] for alarm in described if alarm["StateValue"] != "ALARM"}
        for arn in arns:
            if arn not in quiet:
                self._say(f"alarm {_name(arn)} is on or gone: it won't undo a bad update")
        return tuple(arn for arn in arns if arn in quiet)

    def _places(self, standing: Standing) -> list[Places]:
        return plan_places(
            self._services.ssm,
            self._wishes.environment,
            standing.parameters["edge"],
            self._now,
            exchange=self._wishes.exchange_key,
            distrust=self._wishes.distrusts_old_key,
        )

    def _bring(self, stack: Stack, reviewed: dict[str, Proposal]) -> dict[str, str]:
        """Bring one stack to its template: as it was reviewed, or else by what is needed now."""
        proposal = reviewed.pop(_layer(stack), None)
        if proposal is None or proposal.stack.digest != stack.digest:
            proposal = propose(self._services.cloudformation, stack)
            self._check_losses(proposal.changes)
        if proposal.kind != "none":
            doing = "making" if proposal.kind == "create" else "updating"
            self._say(f"{stack.name}: {doing} {len(proposal.changes)} resources …")
        return carry_out(self._services.cloudformation, proposal)

    def _check_losses(self, changes: Iterable[Change]) -> None:
        lost = [
            change
            for change in changes
            if change.loses and change.resource not in self._wishes.losses
        ]
        if lost:
            told = "\n".join(
                f"  {change.resource} ({change.kind}) would be "
                + ("removed" if change.action == "Remove" else "replaced by an empty one")
                for change in lost
            )
            names = ",".join(sorted(change.resource for change in lost))
            raise LossError(
                f"this would take from the gallery what nobody can make again:\n{told}\n"
                f"If that is meant: ALLOW_LOSS={names}"
            )

    def _bring_edge(
        self,
        standing: Standing,
        data: Mapping[str, str],
        app: Mapping[str, str],
        reviewed: dict[str, Proposal],
    ) -> dict[str, str]:
        if not standing.has("edge"):
            self._say("CloudFront takes five to ten minutes …")
        edge: dict[str, str] = {}
        places = Places()
        for places in self._places(standing):
            edge = self._bring(self._wanted.edge(standing, data, app, places), reviewed)
        tell_site(
            self._services.ssm,
            self._wishes.environment,
            edge,
            places,
            exchange=self._wishes.exchange_key,
        )
        return edge

    def _invite(self, owner: str, galleries: Collection[str], data: Mapping[str, str]) -> list[str]:
        region = self._wanted.account.region
        return invite_owner(self._services.cognito, region, data, owner, galleries, self._now)


def _layer(stack: Stack) -> str:
    return stack.name.rpartition("-")[2]


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]
