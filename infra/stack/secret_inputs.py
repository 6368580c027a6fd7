"""Registers what contains a secret of the stack's configuration as a secret.

Pulumi knows which options are secret, and not what the program makes of them. So each input of
each resource is compared with their texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar, cast

import pulumi

from infra.config.secrets import Secrets

T = TypeVar("T")

REPEATING_OUTPUTS: Mapping[str, Sequence[str]] = {
    "aws:ec2/securityGroup:SecurityGroup": ("egress", "ingress"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("subnetConfigurations",),
    "aws:iam/role:Role": ("inlinePolicies", "managedPolicyArns"),
    "aws:lambda/function:Function": ("vpcConfig",),
    "aws:s3/bucket:Bucket": (
        *("lifecycleRules", "logging", "policy", "serverSideEncryptionConfiguration"),
    ),
    "aws:sns/topic:Topic": ("policy",),
    "aws:sqs/queue:Queue": ("policy",),
}
"""Outputs in which the provider repeats, from the next refresh on, inputs of other resources or
under other names, by type."""


def hiding(secrets: Secrets) -> pulumi.ResourceOptions:
    """Options for a component whose resources may not show the secrets; none without secrets."""
    if not secrets.options:
        return pulumi.ResourceOptions()

    def hide(
        args: pulumi.ResourceTransformationArgs,
    ) -> pulumi.ResourceTransformationResult:
        given = cast("Mapping[str, object]", args.props)
        outputs = [*_repeating_outputs(args.type_, given, secrets)]
        return pulumi.ResourceTransformationResult(
            props={key: hidden(value, secrets) for key, value in given.items()},
            opts=pulumi.ResourceOptions.merge(
                args.opts, pulumi.ResourceOptions(additional_secret_outputs=outputs)
            )
            if outputs
            else args.opts,
        )

    return pulumi.ResourceOptions(transformations=[hide])


def hidden(value: object, secrets: Secrets) -> object:
    """Return a value in which what contains a secret is a secret output, and the rest as it was."""
    if isinstance(value, pulumi.Output):
        return _hidden_output(cast("pulumi.Output[object]", value), secrets)
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        if secrets.within([*entries]):
            return pulumi.Output.secret(entries)
        return {key: hidden(each, secrets) for key, each in entries.items()}
    if isinstance(value, list | tuple):
        return [hidden(each, secrets) for each in cast("Sequence[object]", value)]
    return pulumi.Output.secret(value) if secrets.within(value) else value


def hidden_outputs(
    outputs: Mapping[str, pulumi.Output[str | None]], secrets: Secrets
) -> Mapping[str, pulumi.Output[str | None]]:
    """Outputs of a stack, of which those that contain a secret are secret."""
    if not secrets.options:
        return outputs
    return {name: _hidden_output(output, secrets) for name, output in outputs.items()}


def _hidden_output(output: pulumi.Output[T], secrets: Secrets) -> pulumi.Output[T]:
    def hide(known: T) -> pulumi.Output[T] | T:
        return pulumi.Output.secret(known) if secrets.within(known) else known

    return output.apply(hide)


def known_text(text: str, secrets: Secrets) -> pulumi.Output[str]:
    """An output with a text of the configuration, for outputs of components."""
    is_secret = secrets.within(text)
    return pulumi.Output.secret(text) if is_secret else pulumi.Output.from_input(text)


def _repeating_outputs(kind: str, inputs: Mapping[str, object], secrets: Secrets) -> Iterator[str]:
    yield from REPEATING_OUTPUTS.get(kind, ())
    if secrets.within(inputs.get("tags")):
        yield "tagsAll"
