"""What `make deploy` shows: where, what it does and costs, and what is left to a person."""

import argparse
from collections.abc import Collection, Mapping

from infra.aws.account import Account
from infra.aws.release import Site
from infra.aws.review import Review
from infra.aws.signing_key import Places
from infra.aws.wishes import LAYERS
from infra.stacks import Change, Proposal


def place_lines(account: Account, environment: str) -> list[str]:
    """Where it happens."""
    return [
        f"gallery   {environment}",
        f"account   {account.id}, as {account.caller}",
        f"region    {account.region}",
        "",
    ]


def review_lines(review: Review) -> list[str]:
    """What happens, stack by stack."""
    told: list[str] = []
    for layer in LAYERS:
        if layer in review.proposals:
            told += proposal_lines(layer, review.proposals[layer])
        elif layer in review.new:
            told += new_lines(layer, review.new[layer])
        else:
            told += [f"{layer}: what changes is known, and asked about, once the others stand"]
    for layer, changes in review.afterwards.items():
        told += [f"{layer}, afterwards (told by its template):", *change_lines(changes)]
    for adoption in review.adoptions:
        told += adoption.lines()
    if review.left:
        told += [
            "found, taken back, and then brought to what the template says:",
            *(f"  {thing.name}  {thing.kind}" for thing in review.left),
        ]
    return [*told, ""]


def proposal_lines(layer: str, proposal: Proposal) -> list[str]:
    """What a change set does."""
    if proposal.kind == "none":
        return [f"{layer}: as it should be"]
    named = f"{layer}: new" if proposal.kind == "create" else layer
    return [f"{named} (CloudFormation's change set):", *change_lines(proposal.changes)]


def change_lines(changes: Collection[Change]) -> list[str]:
    """What happens to each resource."""
    return [f"  {change_line(change)}" for change in changes]


def change_line(change: Change) -> str:
    """What happens to one resource."""
    told = f"{change.action:<8}{change.resource}  {change.kind}"
    if change.action != "Modify":
        return told
    how = {"True": "REPLACED", "Conditional": "PERHAPS REPLACED", "False": "in place"}.get(
        change.replacement, "changed"
    )
    return f"{told}  {how}: {', '.join(change.parts)}"


def new_lines(layer: str, changes: Collection[Change]) -> list[str]:
    """What a stack will consist of."""
    return [f"{layer}: new (told by its template):", *change_lines(changes)]


def more_lines(layer: str, changes: Collection[Change]) -> list[str]:
    """What CloudFormation says on the way, and was not shown before."""
    return [
        "",
        f"{layer}: CloudFormation's change set has more than was shown:",
        *change_lines(changes),
    ]


def key_lines(options: argparse.Namespace, edge: Mapping[str, str]) -> list[str]:
    """What is to be known of a key that is to be trusted no more.

    Args:
        options: What was typed.
        edge: The edge stack's parameters, as they are.
    """
    places = Places.of(edge)
    if not options.distrust_old_key or (places.a and places.b):
        return []
    told = "only the key in use is trusted. To end what that one has signed, exchange it first"
    return [f"DISTRUST_OLD_KEY=1 ends nothing now: {told}: EXCHANGE_KEY=1"]


def site_lines(site: Site, options: argparse.Namespace, told_of_alarms: str) -> list[str]:
    """What a person does next.

    Args:
        site: What stands.
        options: What was typed.
        told_of_alarms: E-mail of who is told of alarms, and of the budget.
    """
    told = ["", f"the gallery is open: {site.address}/gallery"]
    if options.domain:
        told.append(
            f"let {options.domain} point to it: a CNAME record with the value {site.domain}"
        )
    if options.owner:
        subscribe = f"aws sns subscribe --protocol email --notification-endpoint {options.owner}"
        alarms = f"to be told of alarms, too: {subscribe} --topic-arn {site.app['AlarmsTopicArn']}"
        if options.owner == told_of_alarms:
            alarms = "no-reply@sns.amazonaws.com asks who is to be told of alarms; confirm it once"
        told += [
            f"{options.owner} owns {', '.join(site.galleries)}",
            "who is new here gets a first password by e-mail, from no-reply@verificationemail.com",
            alarms,
        ]
    if site.others:
        told.append(f"owned by nobody yet: {', '.join(site.others)}")
    if options.adopt:
        told += [
            "photos that were there before get their rows, thumbnails and lists by:",
            f'  eval "$(python -m infra.deployed_environment {options.environment})"',
            "  python -m migrations.reconcile --migrate",
            "  python -m migrations.generate_thumbnails --remote --migrate",
            "  python -m migrations.audit --migrate",
        ]
    return told
