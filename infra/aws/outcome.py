"""How a command that asks AWS ends: its exit status, and what is said where it ends early."""

import sys
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from infra.aws.account import AccountError
from infra.aws.adoption import AdoptionError
from infra.stack_state import DeployError


def run_to_end(
    act: Callable[[], int], undone: str, failures: tuple[type[Exception], ...] = ()
) -> int:
    """Do it; whatever ends it early, its cause and the next step go to the standard error.

    Args:
        act: Does it, and returns the exit status.
        undone: What is so then, such as "not deployed".
        failures: What else can fail, with a message for a person.

    Returns:
        That of `act`; 1 where something failed, 2 where there is no way into the account.
    """
    known: tuple[type[Exception], ...] = (AdoptionError, DeployError, *failures)
    try:
        return act()
    except AccountError as error:
        print(error, file=sys.stderr)
        return 2
    except known as error:
        told = f"{undone}: {error}"
    except ClientError as error:
        told = f"{undone}: AWS refused: {error}\nrun it again once the cause is gone"
    except BotoCoreError as error:
        told = f"{undone}: AWS was not reached: {error}\nrun it again, it goes on"
    except KeyboardInterrupt:
        told = (
            "interrupted; AWS goes on with what it has begun. Run it again: it goes on from there"
        )
    print(told, file=sys.stderr)
    return 1
