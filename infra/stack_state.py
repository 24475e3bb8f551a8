"""A CloudFormation stack as it is: found, waited for, deleted, and why it failed."""

import time
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, WaiterError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef, WaiterConfigTypeDef

REMAINS = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"})
"""Where a first creation ends that failed: nothing of it can be updated."""
STUCK = {
    "UPDATE_ROLLBACK_FAILED": "continue-update-rollback",
    "DELETE_FAILED": "delete-stack",
}
"""States that only a person can lead out of, and the command that does."""
IN_REVIEW = "REVIEW_IN_PROGRESS"
"""Of a stack that only waits for the change set which would make it; nothing runs on it."""
WAITING: "WaiterConfigTypeDef" = {"Delay": 1, "MaxAttempts": 3600}


class DeployError(Exception):
    """A stack could not be brought to its template; the message has CloudFormation's reasons."""


def find_stack(cloudformation: "CloudFormationClient", name: str) -> "StackTypeDef | None":
    """A stack by its name; None when there is none, or none any more."""
    try:
        stacks = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    live = [stack for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"]
    return live[0] if live else None


def outputs_of(stack: "StackTypeDef | None") -> dict[str, str]:
    """A stack's outputs by name; none of one that isn't there."""
    return {
        output["OutputKey"]: output["OutputValue"]
        for output in (stack.get("Outputs", []) if stack else [])
        if "OutputKey" in output and "OutputValue" in output
    }


def parameters_of(stack: "StackTypeDef | None") -> dict[str, str]:
    """A stack's parameters by name; none of one that isn't there."""
    return {
        parameter["ParameterKey"]: parameter["ParameterValue"]
        for parameter in (stack.get("Parameters", []) if stack else [])
        if "ParameterKey" in parameter and "ParameterValue" in parameter
    }


def await_idle(cloudformation: "CloudFormationClient", name: str) -> "StackTypeDef | None":
    """A stack once nothing runs on it any more, as after a deployment that was interrupted."""
    stack = find_stack(cloudformation, name)
    while stack is not None and _is_busy(stack):
        time.sleep(WAITING["Delay"])
        stack = find_stack(cloudformation, name)
    return stack


def settle(cloudformation: "CloudFormationClient", name: str) -> "StackTypeDef | None":
    """A stack that can be brought to something else, once nothing runs on it any more.

    Raises:
        DeployError: It is stuck in a state that only a person can lead it out of.
    """
    stack = await_idle(cloudformation, name)
    if stack is not None and (command := STUCK.get(stack["StackStatus"])):
        reasons = "\n".join(failures(cloudformation, name))
        raise DeployError(
            f"stack {name} is stuck ({stack['StackStatus']}):\n{reasons}\nOnce the cause is gone, "
            f"run: aws cloudformation {command} --stack-name {name}"
        )
    return stack


def delete_stack(cloudformation: "CloudFormationClient", name: str) -> None:
    """Delete a stack and wait until it is gone; what it retains stays.

    Raises:
        DeployError: Something of it can't be deleted.
    """
    try:
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=name, WaiterConfig=WAITING
        )
    except (ClientError, WaiterError) as error:
        reasons = "\n".join(failures(cloudformation, name))
        raise DeployError(f"stack {name}: {error}\n{reasons}".rstrip()) from error


def failures(cloudformation: "CloudFormationClient", name: str) -> list[str]:
    """Why the last operation on a stack failed, in the order in which it did."""
    try:
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    except ClientError:
        return []
    told: list[str] = []
    for event in events:  # newest first
        status = event.get("ResourceStatus", "")
        of_stack = event.get("PhysicalResourceId") == event.get("StackId")
        if status.endswith("FAILED") or (of_stack and status.endswith("ROLLBACK_IN_PROGRESS")):
            told.append(
                f"  {event.get('LogicalResourceId')}: {event.get('ResourceStatusReason', '')}"
            )
        elif of_stack and status.endswith("_IN_PROGRESS") and "CLEANUP" not in status:
            break
    return told[::-1]


def _is_busy(stack: "StackTypeDef") -> bool:
    status = stack["StackStatus"]
    return status.endswith("_IN_PROGRESS") and status != IN_REVIEW
