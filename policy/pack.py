"""Wrap the rules as a policy pack, one stack validation policy per rule.

Pulumi's engine runs them on the resources of `pulumi preview` and of `pulumi up`:
https://www.pulumi.com/docs/insights/policy/policy-packs/authoring/
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyPack,
    PolicyResource,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from policy.model import UNKNOWN, Resource, Rule, Stack
from policy.rules import RULES
from policy.suppressions import unsuppressed

NAME = "imagepipe"


def policies() -> list[StackValidationPolicy]:
    """Return one policy per rule."""
    return [_policy(rule) for rule in RULES]


def _policy(rule: Rule) -> StackValidationPolicy:
    def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        for violation in unsuppressed(rule.violations(to_stack(args))):
            report_violation(str(violation), violation.resource.urn)

    return StackValidationPolicy(
        name=rule.id,
        description=rule.description,
        validate=validate,
        # policy/prod.json, as --policy-pack-config, makes the others mandatory too.
        enforcement_level=(
            EnforcementLevel.MANDATORY if rule.is_mandatory else EnforcementLevel.ADVISORY
        ),
        remediation_steps=rule.next_step,
    )


def to_stack(args: StackValidationArgs) -> Stack:
    """Convert the engine's resources into the model of the rules."""
    return Stack(resources=[_resource(found) for found in args.resources])


def _resource(found: PolicyResource) -> Resource:
    return Resource(
        type=found.resource_type,
        name=found.name,
        urn=found.urn,
        inputs=cast("Mapping[str, Any]", _plain(found.props)),
        references={
            key: [reached.urn for reached in reached_by]
            for key, reached_by in found.property_dependencies.items()
        },
        protect=found.opts.protect,
    )


def _plain(value: object) -> object:
    """Unwrap the SDK's proxies, which raise on reading an unknown value."""
    if isinstance(value, Mapping):
        named = cast("Mapping[str, object]", value)
        return {key: _known(named, key) for key in named}
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = cast("Sequence[object]", value)
        return [_known(items, index) for index in range(len(items))]
    return value


def _known(container: Any, key: str | int) -> object:
    try:
        return _plain(container[key])
    except UnknownValueError:
        return UNKNOWN


def serve() -> None:
    """Serve the engine's requests until it disconnects."""
    PolicyPack(NAME, cast("list[Policy]", policies()))
