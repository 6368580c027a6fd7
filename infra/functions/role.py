"""What a function is allowed to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.stack import iam


@dataclass(frozen=True, kw_only=True)
class FunctionRoleArgs:
    """Inputs of `FunctionRole`."""

    role_name: pulumi.Input[str]
    grants: pulumi.Input[Sequence[iam.Statement]]
    tags: Mapping[str, str]
    policy_name: str = "processor"
    extra_policy_arns: Sequence[pulumi.Input[str]] = ()
    """Managed policies beside the role's own one."""


class FunctionRole(pulumi.ComponentResource):
    """Role of one function, that Lambda alone can assume.

    Creates: the role, its one inline policy, and attachments of the extra policies.
    Outputs: `role`. What depends on the component waits for the policies too.
    """

    role: aws.iam.Role

    def __init__(
        self, name: str, args: FunctionRoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:FunctionRole", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.role = aws.iam.Role(
            f"{name}-role",
            name=args.role_name,
            assume_role_policy=pulumi.Output.json_dumps(iam.lambda_trust()),
            tags=args.tags,
            opts=child,
        )
        aws.iam.RolePolicy(
            f"{name}-policy",
            name=args.policy_name,
            role=self.role.id,
            policy=pulumi.Output.json_dumps(
                pulumi.Output.from_input(args.grants).apply(
                    lambda statements: iam.document(*statements)
                )
            ),
            opts=child,
        )
        for number, policy_arn in enumerate(args.extra_policy_arns):
            aws.iam.RolePolicyAttachment(
                f"{name}-extra-policy-{number}",
                role=self.role.name,
                policy_arn=policy_arn,
                opts=child,
            )
        self.register_outputs({"role_arn": self.role.arn})


def running_grants(
    log_group_arn: pulumi.Input[str],
    kms_key_arns: tuple[pulumi.Input[str] | None, pulumi.Input[str | None]],
    *,
    is_traced: bool,
) -> pulumi.Output[list[iam.Statement]]:
    """What any function may do: write its lines and traces, and use its current and former key."""
    current, former = kms_key_arns
    return pulumi.Output.all(logs=log_group_arn, current=current, former=former).apply(
        lambda arn: [
            iam.write_logs(arn["logs"]),
            *([iam.send_traces()] if is_traced else []),
            *([iam.use_key(arn["current"])] if arn["current"] else []),
            *([iam.decrypt_with_former_key(arn["former"])] if arn["former"] else []),
        ]
    )
