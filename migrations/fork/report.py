"""What a person is told of a database before anything is removed."""

from collections.abc import Iterator, Sequence

from migrations.fork.losses import Losses
from migrations.fork.plan import plan
from migrations.fork.survey import Survey
from migrations.lines import plural, shown


def plan_lines(survey: Survey, losses: Losses) -> Iterator[str]:
    """What is lost, what goes, and which locks that takes."""
    yield f"database {shown(survey.database)}: of the Gallery fork, on Immich v{survey.release}"
    yield f"      the last of Immich's own migrations: {shown(survey.last_of_immich)}"
    yield "lost for good"
    yield from loss_lines(losses)
    found = survey.found
    yield "goes"
    yield from (f"      {shown(step.what)}" for step in plan(survey))
    yield from (
        f"      trigger {shown(trigger)} of {table}, with its table"
        for table, trigger in found.triggers_of_tables
    )
    yield "locks"
    yield f"      ACCESS EXCLUSIVE on {', '.join(survey.bordering) or 'none'}, and what goes"
    yield f"      about {survey.locks:,} in all; the server has room for {survey.room_for_locks:,}"


def loss_lines(losses: Losses) -> Iterator[str]:
    """Each feature with the rows that it loses."""
    for feature, counts in losses.items():
        parts = ", ".join(f"{what} {count:,}" for what, count in counts.items())
        yield f"      {feature}: {parts}"


def obstacle_lines(obstacles: Sequence[str]) -> Iterator[str]:
    """What stands in the way now."""
    if obstacles:
        yield f"{plural(len(obstacles), 'thing stands', 'things stand')} in the way"
        yield from (f"      {shown(obstacle)}" for obstacle in obstacles)
    else:
        yield "nothing stands in the way; nobody else is connected"


def refusals(survey: Survey) -> Iterator[str]:
    """What of the schema forbids the removal, each in words, with the next step."""
    if survey.unknown:
        yield (
            f"what the fork made here is not all known: {', '.join(survey.unknown)}; "
            "restore your dump instead, or let the fork's v2.7.5 finish its migrations first"
        )
    if survey.dependents:
        yield (
            f"what isn't the fork's depends on what would go: {', '.join(survey.dependents)}; "
            "drop these first, and keep their definitions"
        )
