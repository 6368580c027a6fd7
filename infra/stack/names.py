"""Physical names of a stack's resources, fixed at the first deployment."""

from dataclasses import dataclass

import pulumi
import pulumi_random as random

from infra.config.options import Settings
from infra.stack.naming import PhysicalNames

SUFFIX_BYTES = 4


class RenamedError(pulumi.RunError):
    """The names of a deployed stack would change. Pulumi prints a RunError without a traceback."""


@dataclass(frozen=True, kw_only=True)
class StackNamesArgs:
    """Inputs of `StackNames`: the beginning of all names."""

    prefix: str
    environment: str

    @staticmethod
    def from_settings(settings: Settings) -> "StackNamesArgs":
        """The beginning of the stack's names."""
        return StackNamesArgs(prefix=settings.name_prefix, environment=settings.environment)


class StackNames(pulumi.ComponentResource):
    """Physical names whose beginning is fixed at the first deployment.

    AWS cannot rename resources: under another name a bucket, table or queue would be created, and
    the old
    one deleted with what it holds. So the beginning is stored with the random suffix, and any
    other is refused. For that the component's own name must not depend on it.

    Creates a random id.
    Outputs: `names`.
    Raises `RenamedError` in each resource that uses `names`, before the resource is changed.
    """

    names: PhysicalNames

    def __init__(
        self, name: str, args: StackNamesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:StackNames", name, None, opts)
        asked = f"{args.prefix}-{args.environment}-"
        kept = random.RandomId(
            f"{name}-suffix",
            prefix=asked,
            byte_length=SUFFIX_BYTES,
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["prefix"]),
        )
        suffix = pulumi.Output.all(kept.prefix, kept.hex).apply(lambda ids: _suffix(asked, *ids))
        self.names = PhysicalNames(prefix=args.prefix, environment=args.environment, suffix=suffix)
        self.register_outputs({"prefix": kept.prefix})


def _suffix(asked: str, kept: str, prefixed_hex: str) -> str:
    if kept != asked:
        raise RenamedError(
            f"namePrefix and environment make names that begin with {asked}, and this stack was"
            f" created with {kept}: AWS cannot rename resources, so every bucket, table and queue"
            " would be replaced by an empty one. Nothing was changed. Set namePrefix and"
            f" environment (empty means the stack's name) so that they make {kept} again, or deploy"
            " another stack with `pulumi stack init`"
        )
    return prefixed_hex.removeprefix(kept)
