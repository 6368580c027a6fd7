"""Environments of a function that are ready before they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

USE_THAT_SCALES = 0.7
"""Share of the warm environments in use that scaling aims at, as in the example of AWS:
https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""


@dataclass(frozen=True, kw_only=True)
class ProvisionedConcurrencyArgs:
    """Inputs of `ProvisionedConcurrency`."""

    function_name: pulumi.Input[str]
    alias_name: pulumi.Input[str]
    """An alias of a published version: the latest code cannot be kept warm."""
    tags: Mapping[str, str]
    least: int
    """1-1000; each is billed by the hour."""
    most: int = 0
    """How far they scale with their use, more than `least`; 0 means not at all."""


class ProvisionedConcurrency(pulumi.ComponentResource):
    """Provisioned concurrency of an alias.

    Creates: its configuration and, if it may scale, the scaling target and policy.
    """

    def __init__(
        self,
        name: str,
        args: ProvisionedConcurrencyArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("imagepipe:index:WarmEnvironments", name, None, opts)
        provisioned = aws.lambda_.ProvisionedConcurrencyConfig(
            f"{name}-provisioned",
            function_name=args.function_name,
            qualifier=args.alias_name,
            provisioned_concurrent_executions=args.least,
            opts=pulumi.ResourceOptions(
                parent=self,
                # Scaling changes the number, and the next `pulumi up` must not change it back.
                ignore_changes=["provisionedConcurrentExecutions"] if args.most else None,
            ),
        )
        if args.most:
            self._scale(name, args, provisioned)
        self.register_outputs({})

    def _scale(
        self,
        name: str,
        args: ProvisionedConcurrencyArgs,
        provisioned: aws.lambda_.ProvisionedConcurrencyConfig,
    ) -> None:
        target = aws.appautoscaling.Target(
            f"{name}-scaling-target",
            service_namespace="lambda",
            scalable_dimension="lambda:function:ProvisionedConcurrency",
            resource_id=pulumi.Output.format(
                "function:{0}:{1}", args.function_name, args.alias_name
            ),
            min_capacity=args.least,
            max_capacity=args.most,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[provisioned]),
        )
        aws.appautoscaling.Policy(
            f"{name}-scaling-policy",
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration={
                "target_value": USE_THAT_SCALES,
                "predefined_metric_specification": {
                    "predefined_metric_type": "LambdaProvisionedConcurrencyUtilization"
                },
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
