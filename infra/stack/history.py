"""Stores of data that a stack has deployed before, recorded in its own state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import pulumi
import pulumi_random as random

from infra.config.options import Settings
from infra.config.options.trigger import Trigger

DEPLOYED = "deployed-"
NEVER_DEPLOYED = "never-deployed-"

Kept = TypeVar("Kept")


class Store(StrEnum):
    """What holds data that cannot be made again, and is created only under some options."""

    KEY = "key"
    ACCESS_LOGS = "access-logs"
    UPLOADS = "uploads"
    UPLOAD_QUEUE = "upload-queue"
    DEAD_LETTERS = "dead-letters"
    REJECTED_UPLOADS = "rejected-uploads"
    VARIANTS = "variants"
    RECORDS = "records"
    RECONCILER_LOGS = "reconciler-logs"


@dataclass(frozen=True, kw_only=True)
class DeploymentHistoryArgs:
    """Inputs of `DeploymentHistory`."""

    used: Mapping[Store, bool]
    """Whether the stack uses a store of its own now. A store that is left out is not recorded."""
    keeps_key: bool = True
    """Whether the key stays after its last use."""
    keeps_data: bool = True
    """Whether the other stores stay after their last use."""

    @staticmethod
    def from_settings(settings: Settings) -> "DeploymentHistoryArgs":
        """Inputs of the stack's history."""
        return DeploymentHistoryArgs(
            used={
                Store.KEY: settings.enable_kms,
                Store.ACCESS_LOGS: settings.enable_access_logs,
                Store.UPLOADS: not settings.existing_upload_bucket,
                Store.UPLOAD_QUEUE: settings.trigger is not Trigger.S3
                and not settings.existing_queue_arn,
                Store.DEAD_LETTERS: (
                    settings.enable_dlq and not settings.existing_dead_letter_queue_arn
                ),
                Store.REJECTED_UPLOADS: settings.enable_dlq,
                Store.VARIANTS: not (settings.has_one_bucket or settings.existing_processed_bucket),
                Store.RECORDS: settings.enable_records and not settings.existing_table_name,
                Store.RECONCILER_LOGS: settings.enable_reconciler,
            },
            keeps_key=settings.keep_former_kms_key,
            keeps_data=settings.keep_former_data,
        )

    def keeps(self, store: Store) -> bool:
        """Whether a store stays in the stack after its last use."""
        return self.keeps_key if store is Store.KEY else self.keeps_data


class DeploymentHistory(pulumi.ComponentResource):
    """Records which stores of data this stack deployed, now or before.

    A program does not see the state of its stack: with an option switched off, it does not know
    whether the option ever was on and data is left of it. So each answer is kept as the prefix of a
    random id, whose changes are ignored once the store is not used. One id with all answers would
    be replaced when one of them changes, and a preview does not know the outputs of what is
    replaced: it would show the deletion of every kept store.

    Creates a random id for each store.
    Outputs: what `former` returns, known at preview from the second deployment on.
    """

    def __init__(
        self,
        name: str,
        args: DeploymentHistoryArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("imagepipe:index:DeploymentHistory", name, None, opts)
        self._kept: dict[Store, pulumi.Output[str | None]] = {}
        for store, used in args.used.items():
            is_kept = not used and args.keeps(store)
            memory = self._memory(f"{name}-{store}", used=used, is_kept=is_kept)
            if is_kept:
                self._kept[store] = memory.prefix
        self.register_outputs({})

    def _memory(self, name: str, *, used: bool, is_kept: bool) -> random.RandomId:
        return random.RandomId(
            name,
            prefix=DEPLOYED if used else NEVER_DEPLOYED,
            byte_length=1,
            opts=pulumi.ResourceOptions(
                parent=self, ignore_changes=["prefix"] if is_kept else None
            ),
        )

    def former(
        self, store: Store, create: Callable[[], pulumi.Input[Kept]]
    ) -> pulumi.Output[Kept | None]:
        """Create a store that is not used any more, if the stack has it and keeps it.

        In an apply, since only the state knows. The preview shows it, as the state has it by then.

        Args:
            store: What is not used any more.
            create: Registers the store as it was registered in use, and returns what is needed.
        """
        if store not in self._kept:
            return pulumi.Output.from_input(None)
        return self._kept[store].apply(lambda prefix: create() if prefix == DEPLOYED else None)


def warn_of_former_data(
    resource: pulumi.Resource, physical_name: pulumi.Output[str], use: str
) -> None:
    """Print the warning at each preview while a store is kept that is not used any more."""
    physical_name.apply(
        lambda known: pulumi.log.warn(former_data_message(known, use), resource=resource)
    )


def former_data_message(physical_name: str, use: str) -> str:
    """The warning about a store, by its physical name."""
    return (
        f"{physical_name} {use}, and is kept with what it holds. To delete it, and all else that"
        " was used before, save what you need, then `pulumi config set keepFormerData false` and"
        " `pulumi up`"
    )
