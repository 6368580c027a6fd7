"""Options of the buckets."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from infra.config.findings import Finding, Refused
from infra.config.option_rules import OptionRules
from infra.config.options.base import Options

STANDARD_IA_DAYS = 30
"""Objects move to Standard-IA after at least 30 days, and stay there for at least as many.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html"""


def _late_enough(days: int) -> int:
    if 0 < days < STANDARD_IA_DAYS:
        why = f"should be at least {STANDARD_IA_DAYS}, before which S3 moves nothing to Standard-IA"
        raise Refused(Finding(why=why, examples=(STANDARD_IA_DAYS,)))
    return days


class StorageOptions(Options):
    """How long objects are kept, and where."""

    force_destroy: bool
    enable_versioning: bool
    enable_protection: bool
    keep_former_data: bool
    noncurrent_expiration_days: Annotated[int, Field(ge=1, le=3650)]
    abort_multipart_days: Annotated[int, Field(ge=1, le=365)]
    infrequent_access_after_days: Annotated[int, Field(ge=0, le=3650), AfterValidator(_late_enough)]
    glacier_after_days: Annotated[int, Field(ge=0, le=3650)]
    enable_intelligent_tiering: bool
    output_expiration_days: Annotated[int, Field(ge=0, le=3650)]
    enable_access_logs: bool


def protection_excludes_force_destroy(
    enable_protection: bool, force_destroy: bool
) -> Iterator[Finding]:
    if enable_protection and force_destroy:
        yield Finding(why="contradicts forceDestroy")


def glacier_follows_infrequent_access(
    glacier_after_days: int, infrequent_access_after_days: int
) -> Iterator[Finding]:
    least = infrequent_access_after_days + STANDARD_IA_DAYS
    if infrequent_access_after_days and 0 < glacier_after_days < least:
        why = f"should be {STANDARD_IA_DAYS} days after infrequentAccessAfterDays, at least {least}"
        yield Finding(why=why, examples=(least,))


def tiering_is_the_only_move(
    enable_intelligent_tiering: bool, infrequent_access_after_days: int, glacier_after_days: int
) -> Iterator[Finding]:
    if enable_intelligent_tiering and (infrequent_access_after_days or glacier_after_days):
        why = "cannot be combined with infrequentAccessAfterDays or glacierAfterDays"
        yield Finding(why=why)


def outputs_expire_after_the_moves(
    output_expiration_days: int, infrequent_access_after_days: int, glacier_after_days: int
) -> Iterator[Finding]:
    """S3 refuses a rule that expires objects before it moves them."""
    last_move_days = max(infrequent_access_after_days, glacier_after_days)
    if 0 < output_expiration_days <= last_move_days:
        why = f"should be more than the {last_move_days} days of the last move"
        yield Finding(why=why, examples=(last_move_days + 1,))


RULES: OptionRules = {
    "enable_protection": (protection_excludes_force_destroy,),
    "glacier_after_days": (glacier_follows_infrequent_access,),
    "enable_intelligent_tiering": (tiering_is_the_only_move,),
    "output_expiration_days": (outputs_expire_after_the_moves,),
}
