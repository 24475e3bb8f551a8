"""What CloudFormation will say of a stack, foretold by its template where it can't be asked yet.

A change set needs a value for every parameter. Before the stack stands that gives one, there is
none to ask with: the template says what will be made, and what CloudFormation says later is held
against that.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from infra.aws.template import Template, attributes_in, named_in, resources_of
from infra.stacks import Change

FUNCTION, API = "AWS::Serverless::Function", "AWS::Serverless::Api"
TRIGGERS = {
    "SQS": (("", "AWS::Lambda::EventSourceMapping"),),
    "DynamoDB": (("", "AWS::Lambda::EventSourceMapping"),),
    "Schedule": (("", "AWS::Events::Rule"), ("Permission", "AWS::Lambda::Permission")),
}
"""What CloudFormation makes of a function's trigger: how the name goes on, and the type.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
"""


def additions(
    template: Template, parameters: Mapping[str, str], besides: Collection[str] = ()
) -> tuple[Change, ...]:
    """All that a stack makes that does not stand yet.

    What something Serverless becomes that isn't known here is said as the template does; whatever
    CloudFormation makes of it is more than was told, and asked about.

    Args:
        template: Its template.
        parameters: Its parameters, at least those that its conditions ask for, and pseudo ones.
        besides: Logical names of what is there already.
    """
    return tuple(
        Change("Add", name, kind)
        for resource, kind in resources_of(template, parameters).items()
        if resource not in besides
        for name, kind in _expanded(resource, kind, template["Resources"][resource])
    )


def differences(
    template: Template, before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[Change, ...]:
    """What other values of parameters change on a stack that stands.

    Resources that take an attribute of one that changes are counted in, as CloudFormation does.
    Whether one is changed in place no template says.
    """
    old, new = resources_of(template, before), resources_of(template, after)
    changed = {name for name in {*before, *after} if before.get(name, "") != after.get(name, "")}
    _spread(changed, template.get("Conditions", {}))
    changes = [Change("Add", name, new[name]) for name in new if name not in old]
    changes += [Change("Remove", name, old[name]) for name in old if name not in new]
    parts: dict[str, tuple[str, ...]] = {}
    found = True
    while found:
        found = False
        for name in old.keys() & new.keys():
            properties = template["Resources"][name].get("Properties", {})
            now = tuple(
                part
                for part, value in properties.items()
                if named_in(value) & changed or attributes_in(value) & parts.keys()
            )
            if now != parts.get(name, ()):
                parts[name] = now
                found = True
    return (
        *changes,
        *(Change("Modify", name, new[name], "", parts[name]) for name in new if name in parts),
    )


def not_told(changes: Iterable[Change], told: Collection[Change]) -> tuple[Change, ...]:
    """Those of the changes that nobody was told of, or not that they go so far."""
    return tuple(change for change in changes if not any(_covers(one, change) for one in told))


def _covers(told: Change, change: Change) -> bool:
    """Whether who was told of one change was told of another.

    The name that is told may end in ``*``, where CloudFormation puts a checksum.
    """
    if (told.action, told.kind) != (change.action, change.kind):
        return False
    if not fnmatchcase(change.resource, told.resource):
        return False
    # a template doesn't say which parts follow from what others become; who is to see each
    # modification of a change set is shown that set
    is_by_template = told.action == "Modify" and not told.replacement
    is_of_parts = is_by_template or set(change.parts) <= set(told.parts)
    return is_of_parts and _reach(change) <= _reach(told)


def _reach(change: Change) -> int:
    """How far a modification goes: in place 0, perhaps a replacement 1 (or not said), surely 2."""
    if change.replacement == "Conditional" and change.stays_in_place:
        return 0
    return {"True": 2, "False": 0}.get(change.replacement, 1)


def _spread(changed: set[str], conditions: Mapping[str, Any]) -> None:
    """Add the conditions that ask for what is changed, however far behind others."""
    while found := {
        name
        for name, formula in conditions.items()
        if name not in changed and named_in(formula) & changed
    }:
        changed |= found


def _expanded(name: str, kind: str, resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What CloudFormation makes of one resource: names and types."""
    if kind not in (API, FUNCTION):
        yield name, kind
        return
    properties = resource["Properties"]
    if kind == API:
        yield name, "AWS::ApiGateway::RestApi"
        yield f"{name}Deployment*", "AWS::ApiGateway::Deployment"
        yield f"{name}{properties['StageName']}Stage", "AWS::ApiGateway::Stage"
        return
    yield name, "AWS::Lambda::Function"
    if "Role" not in properties:
        yield f"{name}Role", "AWS::IAM::Role"
    if "EventInvokeConfig" in properties:
        yield f"{name}EventInvokeConfig", "AWS::Lambda::EventInvokeConfig"
    for event, trigger in properties.get("Events", {}).items():
        for end, made_kind in TRIGGERS.get(trigger["Type"], (("", trigger["Type"]),)):
            yield f"{name}{event}{end}", made_kind
