"""A whole gallery in somebody's account: looked at, shown, and then brought to what it is to be.

The order is data, app, edge, and data once more where the edge is new: the buckets' policies name
the distribution, which nobody knows before it stands. Each step finds what an earlier deployment
has done, so that one that was interrupted is simply run again.

What is carried out is what was shown. Where CloudFormation could not be asked before, or has to be
asked anew, what it says then is held against what was shown, and a person agrees to the rest.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from infra.aws.adoption import check_obstacles
from infra.aws.foretold import not_told
from infra.aws.outlook import Outlook
from infra.aws.publish_page import publish_page
from infra.aws.review import Agree, Review, StoppedError, check_losses
from infra.aws.signing_key import Places
from infra.aws.site import find_unowned, invite_owner, plan_places, tell_site
from infra.aws.take_back import begin_with
from infra.aws.take_over import TakeOver
from infra.aws.template import read_template
from infra.aws.wanted_stacks import WantedStacks
from infra.aws.wishes import LAYERS, Standing, look
from infra.deploy import remove_old_code, stack_name
from infra.stack_state import settle
from infra.stacks import Proposal, Stack, carry_out, discard, propose

Say = Callable[[str], None]


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
        agree: Asked about what was not shown before; see `infra.aws.review.Agree`.
    """

    def __init__(
        self, wanted: WantedStacks, page: Path, say: Say, now: datetime, agree: Agree
    ) -> None:
        self._wanted = wanted
        self._services = wanted.services
        self._wishes = wanted.wishes
        self._take_over = TakeOver(wanted.services, wanted.account, wanted.wishes)
        self._outlook = Outlook(wanted, now)
        self._page = page
        self._say = say
        self._now = now
        self._agree = agree
        self._unable: set[str] = set()  # alarms that can't tell a bad update, once it was said

    def review(self) -> Review:
        """What would be done; nothing is done yet but that zips are uploaded.

        Raises:
            DeployError: CloudFormation refuses, or something would be lost.
            infra.aws.adoption.AdoptionError: A bucket or a table can't be taken into use.
        """
        for layer in LAYERS:
            # what an interrupted deployment has begun is no thing that somebody left
            settle(self._services.cloudformation, stack_name(self._wishes.environment, layer))
        standing = self._look()
        for line in self._wanted.refused_lines(standing):
            self._say(line)
        self._take_over.check(standing)
        adoptions = tuple(self._take_over.plans(standing))
        check_obstacles(adoptions)
        left = () if standing.has("data") else self._outlook.left(standing)
        proposals: dict[str, Proposal] = {}
        try:
            for stack in self._outlook.known_stacks(standing, left, self._alarms(standing)):
                proposals[_layer(stack)] = propose(self._services.cloudformation, stack)
            check_losses(
                [change for proposal in proposals.values() for change in proposal.changes],
                self._wishes.losses,
            )
            new = {
                layer: self._outlook.new(layer, standing, left)
                for layer in LAYERS
                if layer not in proposals and not standing.has(layer)
            }
            afterwards = self._outlook.afterwards(standing, proposals)
        except BaseException:  # whatever the reason, and Ctrl-C too: nothing of it stays
            self._forget(proposals)
            raise
        return Review(proposals, new, adoptions, left, afterwards)

    def discard(self, review: Review) -> None:
        """Forget what was reviewed: change sets, and stacks that only waited for one."""
        self._forget(review.proposals)

    def carry_out(self, review: Review, owner: str) -> Site:
        """Do it; whatever ends it early, what it did not come to is forgotten.

        Args:
            review: What a person has agreed to.
            owner: E-mail of who is to own the gallery; empty where nobody is invited.

        Raises:
            infra.aws.review.StoppedError: The person did not agree to what else it takes.
            DeployError: A stack failed; CloudFormation has undone what it began.
            infra.aws.adoption.AdoptionError: The bucket or the table changed in the meantime.
        """
        reviewed = dict(review.proposals)
        try:
            return self._carry_out(review, reviewed, owner)
        finally:
            self._forget(reviewed)

    def _carry_out(self, review: Review, reviewed: dict[str, Proposal], owner: str) -> Site:
        standing = self._look()
        stream = self._take_over.take_table(standing)
        first = self._wanted.data(standing, stream)
        if review.left:
            cloudformation, s3 = self._services.cloudformation, self._services.s3
            begin_with(cloudformation, s3, first, read_template(first.template), review.left)
        data = self._bring(first, review, reviewed)
        self._take_over.take_bucket(self._look())
        alarms = self._alarms(standing)
        app = self._bring(self._wanted.app(standing, data, alarms), review, reviewed)
        edge = self._bring_edge(standing, data, app, review, reviewed)
        standing = self._look()
        again = self._wanted.data(standing, stream)
        if again.digest != first.digest:
            data = self._bring(again, review, reviewed)
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
            if arn not in quiet and arn not in self._unable:
                self._say(f"alarm {_name(arn)} is on or gone: it won't undo a bad update")
                self._unable.add(arn)
        return tuple(arn for arn in arns if arn in quiet)

    def _places(self, standing: Standing) -> list[Places]:
        return plan_places(
            self._services.ssm,
            self._wishes.environment,
            standing.parameters["edge"],
            self._now,
            makes=True,
            exchange=self._wishes.exchange_key,
            distrust=self._wishes.distrusts_old_key,
        )

    def _bring(self, stack: Stack, review: Review, reviewed: dict[str, Proposal]) -> dict[str, str]:
        """Bring one stack to its template: as it was reviewed, or else by what is needed now.

        Args:
            stack: What it is to be.
            review: What a person has agreed to.
            reviewed: Its change sets that were not carried out yet.
        """
        layer = _layer(stack)
        proposal = reviewed.get(layer)
        if proposal is None or proposal.stack.digest != stack.digest:
            if proposal is not None and proposal.change_set:
                # the set alone: its stack, where it is new, is what the next set is for
                self._services.cloudformation.delete_change_set(
                    StackName=stack.name, ChangeSetName=proposal.change_set
                )
            proposal = reviewed[layer] = propose(self._services.cloudformation, stack)
            self._check(layer, proposal, review)
        if proposal.kind != "none":
            doing = "making" if proposal.kind == "create" else "updating"
            self._say(f"{stack.name}: {doing} {len(proposal.changes)} resources …")
        del reviewed[layer]  # from here on it is CloudFormation's
        return carry_out(self._services.cloudformation, proposal)

    def _check(self, layer: str, proposal: Proposal, review: Review) -> None:
        """Make sure that what nobody was shown is agreed to."""
        check_losses(proposal.changes, self._wishes.losses)
        more = not_told(proposal.changes, review.told(layer, self._wanted.template(layer)))
        if more and not self._agree(layer, more):
            raise StoppedError(
                f"stopped before {proposal.stack.name}; what was done until then stands. "
                "Run it again to see what is left to do"
            )

    def _forget(self, proposals: Mapping[str, Proposal]) -> None:
        for proposal in proposals.values():
            discard(self._services.cloudformation, proposal)

    def _bring_edge(
        self,
        standing: Standing,
        data: Mapping[str, str],
        app: Mapping[str, str],
        review: Review,
        reviewed: dict[str, Proposal],
    ) -> dict[str, str]:
        if not standing.has("edge"):
            self._say("CloudFront takes five to ten minutes …")
        edge: dict[str, str] = {}
        places = Places()
        for places in self._places(standing):
            wanted = self._wanted.edge(standing, data, app, places)
            edge = self._bring(wanted, review, reviewed)
        is_another = tell_site(self._services.ssm, self._wishes.environment, edge, places)
        if self._wishes.exchange_key and not is_another:
            self._say(
                "the key was exchanged by an earlier deployment, and was not exchanged once more: "
                "what the one before it has signed stays good for a day. To exchange it all the "
                "same: DISTRUST_OLD_KEY=1, and then EXCHANGE_KEY=1"
            )
        return edge

    def _invite(self, owner: str, galleries: Collection[str], data: Mapping[str, str]) -> list[str]:
        region = self._wanted.account.region
        return invite_owner(self._services.cognito, region, data, owner, galleries, self._now)


def _layer(stack: Stack) -> str:
    return stack.name.rpartition("-")[2]


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]
