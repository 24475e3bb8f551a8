"""CloudFormation templates as values: read with their short forms, cut down, and listed."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import yaml  # type: ignore[import-untyped]  # one call; its stubs are no dependency of ours

Template = dict[str, Any]
_PLACE = re.compile(r"\$\{([^!${}]+)\}")
"""Where ``!Sub`` puts a value; ``${!this}`` is written as it stands.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
"""

JOINED = {"Fn::Not": lambda held: not held[0], "Fn::And": all, "Fn::Or": any}
"""How conditions make one."""


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Reads ``!Ref`` and its kin as their long forms."""


def _long_form(loader: Any, name: str, node: Any) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _long_form)


def read_template(text: str) -> Template:
    """A template as CloudFormation's JSON would say it."""
    template: Template = yaml.load(text, _Loader)  # noqa: S506 - it descends from SafeLoader
    return template


def only(template: Template, wanted: Collection[str]) -> Template:
    """The template with some of its resources, and nothing that speaks of the others."""
    kept = {name: part for name, part in template.items() if name != "Outputs"}
    others = set(template["Resources"]) - set(wanted)
    resources = {}
    for logical in wanted:
        resource = dict(template["Resources"][logical])
        resource.pop("DependsOn", None)
        resource["Properties"] = {
            name: value
            for name, value in resource["Properties"].items()
            if others.isdisjoint(named_in(value))
        }
        resources[logical] = resource
    return {**kept, "Resources": resources}


def resources_of(template: Template, parameters: Mapping[str, str]) -> dict[str, str]:
    """Types of the resources that a template makes with these parameters, by logical name.

    Args:
        template: Its conditions are looked at.
        parameters: Values of its own, and of pseudo parameters such as AWS::Region. A condition
            that asks for what isn't known here is taken to be met: more is told, not less.
    """
    defaults = {
        name: str(parameter.get("Default", ""))
        for name, parameter in template.get("Parameters", {}).items()
    }
    return {
        name: resource["Type"]
        for name, resource in template["Resources"].items()
        if "Condition" not in resource
        or _may_hold(resource["Condition"], template["Conditions"], {**defaults, **parameters})
    }


def find_refused(template: Template, values: Mapping[str, str]) -> dict[str, str]:
    """Values of parameters that a template does not allow, and what it allows, by name."""
    refused = {}
    for name, value in values.items():
        parameter = template.get("Parameters", {}).get(name, {})
        allowed = [str(one) for one in parameter.get("AllowedValues", [])]
        pattern = parameter.get("AllowedPattern", "")
        if allowed and value not in allowed:
            refused[name] = ", ".join(allowed)
        elif pattern and not re.fullmatch(pattern, value):
            refused[name] = pattern
    return refused


def written_out(formula: Any, values: Mapping[str, str]) -> str:
    """A name that is given as ``!Sub``, with values in the places of their names."""
    text: str = formula["Fn::Sub"]
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    return text


def named_in(value: Any) -> set[str]:
    """The resources, parameters and conditions that a value speaks of."""
    return {name for name, _ in _mentions(value)}


def attributes_in(value: Any) -> set[str]:
    """The resources of which a value takes an attribute, not the name alone."""
    return {name for name, takes_attribute in _mentions(value) if takes_attribute}


def _mentions(value: Any) -> Iterator[tuple[str, bool]]:
    """Names that a value speaks of, each with whether it takes an attribute."""
    if isinstance(value, list):
        for part in value:
            yield from _mentions(part)
    elif isinstance(value, dict):
        for operator, operand in value.items():
            yield from _mentions(operand)
            yield from _mentioned_by(operator, operand)


def _mentioned_by(operator: str, operand: Any) -> Iterator[tuple[str, bool]]:
    if operator in ("Ref", "Condition") and isinstance(operand, str):
        yield operand, False
    elif operator == "Fn::If":
        yield operand[0], False
    elif operator == "Fn::GetAtt":
        yield operand[0], True
    elif operator == "Fn::Sub":
        for place in _PLACE.findall(operand if isinstance(operand, str) else operand[0]):
            name, dot, _ = place.partition(".")
            yield name, bool(dot)


def _may_hold(name: str, conditions: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    try:
        return _holds({"Condition": name}, conditions, values)
    except KeyError:  # a value, or a function of CloudFormation's, that isn't known here
        return True


def _holds(formula: Any, conditions: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    """Whether a condition is met; a KeyError where it asks for what isn't known.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
    """
    ((operator, operands),) = formula.items()
    if operator == "Condition":
        return _holds(conditions[operands], conditions, values)
    if operator == "Fn::Equals":
        one, other = (values[o["Ref"]] if isinstance(o, dict) else o for o in operands)
        return bool(one == other)
    joined: Callable[[list[bool]], bool] = JOINED[operator]
    return joined([_holds(operand, conditions, values) for operand in operands])
