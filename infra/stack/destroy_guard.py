"""A resource that Pulumi deletes first, so that a protected stack is refused as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_random as random


@dataclass(frozen=True, kw_only=True)
class DestroyGuardArgs:
    """Inputs of `DestroyGuard`."""

    guarded: Sequence[pulumi.Resource]
    """What is deleted only after the guard; components stand for all that is in them."""
    protect: bool
    """Whether Pulumi refuses to delete the guard."""


class DestroyGuard(pulumi.ComponentResource):
    """Refuses `pulumi destroy` of a protected stack before anything is deleted.

    The engine deletes dependents first, in waves, and checks protection only when it comes to a
    resource: without the guard it deletes the function, its roles and its alarms, and then stops
    at the first bucket. The guard depends on everything, so that it comes first.

    It is created in every stack: one that is only created with protection could not be removed
    when protection is switched off.

    Creates a random id.
    """

    def __init__(
        self, name: str, args: DestroyGuardArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:DestroyGuard", name, None, opts)
        random.RandomId(
            f"{name}-id",
            byte_length=1,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[*args.guarded], protect=args.protect
            ),
        )
        self.register_outputs({})
