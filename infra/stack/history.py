"""What a stack has deployed before, remembered in its own state."""

from dataclasses import dataclass

import pulumi
import pulumi_random as random

DEPLOYED = "deployed-"
NEVER_DEPLOYED = "never-deployed-"


@dataclass(frozen=True, kw_only=True)
class DeploymentHistoryArgs:
    """Inputs of `DeploymentHistory`."""

    deployed: bool
    """Whether the feature is deployed now."""
    forget: bool = False
    """Whether earlier deployments no longer matter."""


class DeploymentHistory(pulumi.ComponentResource):
    """Whether a feature was deployed by this stack, now or before.

    A program does not see the state of its stack: with an option switched off, it cannot tell what
    was never on from what holds data. So the answer is kept as the prefix of a random id, whose
    changes are ignored once the option is off.

    Creates: a random id.
    Outputs: `deployed_before`, known at preview from the second deployment on.
    """

    deployed_before: pulumi.Output[bool]

    def __init__(
        self, name: str, args: DeploymentHistoryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:DeploymentHistory", name, None, opts)
        is_kept = not args.deployed and not args.forget
        memory = random.RandomId(
            f"{name}-memory",
            prefix=DEPLOYED if args.deployed else NEVER_DEPLOYED,
            byte_length=1,
            opts=pulumi.ResourceOptions(
                parent=self, ignore_changes=["prefix"] if is_kept else None
            ),
        )
        self.deployed_before = memory.prefix.apply(lambda prefix: prefix == DEPLOYED)
        self.register_outputs({"deployed_before": self.deployed_before})
