"""The removal, done: one transaction, checked again from outside of it before the commit."""

from collections.abc import Callable

from chalicelib.errors import SetupError
from migrations.fork.obstacles import TOKEN_SETTING
from migrations.fork.survey import Survey, survey
from migrations.fork.transaction import TOKEN, transaction
from migrations.postgres import Connection, explained


def remove(connection: Connection, surveyed: Survey, tell: Callable[[int, int], None]) -> None:
    """Remove what a survey found of the fork; all of it, or nothing.

    Args:
        connection: That commits each statement by itself.
        surveyed: The database as it was planned for; refused where it isn't any more.
        tell: Told of each statement's number, and how many there are.

    Raises:
        SetupError: Something doesn't hold; nothing was changed.
    """
    statements = [step.statement for step in transaction(surveyed)]
    with explained(), connection.transaction():
        connection.execute(f"SET LOCAL {TOKEN_SETTING} = '{TOKEN}'".encode())
        for number, statement in enumerate(statements, 1):
            connection.execute(statement.encode())
            tell(number, len(statements))
        left = survey(connection)
        if left.found or left.unknown or left.dependents:
            raise SetupError("something of the fork would be left; nothing was changed")
