"""Options of the buckets."""

from typing import Annotated, cast

from pydantic import Field, ValidationInfo, field_validator

from infra.config.findings import Finding, Refused
from infra.config.options.base import Options


class StorageOptions(Options):
    """How long objects are kept, and where."""

    force_destroy: bool
    enable_versioning: bool
    enable_protection: bool
    noncurrent_expiration_days: Annotated[int, Field(ge=1, le=3650)]
    abort_multipart_days: Annotated[int, Field(ge=1, le=365)]
    infrequent_access_after_days: Annotated[int, Field(ge=0, le=3650)]
    glacier_after_days: Annotated[int, Field(ge=0, le=3650)]
    enable_intelligent_tiering: bool
    output_expiration_days: Annotated[int, Field(ge=0, le=3650)]
    enable_access_logs: bool
    keep_former_kms_key: bool

    @field_validator("enable_protection")
    @classmethod
    def _does_not_contradict(cls, enabled: bool, info: ValidationInfo) -> bool:
        if enabled and info.data.get("force_destroy"):
            raise ValueError("contradicts forceDestroy")
        return enabled

    @field_validator("infrequent_access_after_days")
    @classmethod
    def _is_late_enough(cls, days: int) -> int:
        """https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html"""
        if 0 < days < 30:
            why = "should be at least 30, before which S3 moves nothing to Standard-IA"
            raise Refused(Finding(why=why, examples=(30,)))
        return days

    @field_validator("glacier_after_days")
    @classmethod
    def _follows_infrequent_access(cls, days: int, info: ValidationInfo) -> int:
        """The same page: objects stay in Standard-IA for at least 30 days."""
        before = cast("int", info.data.get("infrequent_access_after_days", 0))
        if days and before and days < before + 30:
            why = f"should be 30 days after infrequentAccessAfterDays, at least {before + 30}"
            raise Refused(Finding(why=why, examples=(before + 30,)))
        return days

    @field_validator("enable_intelligent_tiering")
    @classmethod
    def _is_the_only_move(cls, enabled: bool, info: ValidationInfo) -> bool:
        if enabled and _last_move_days(info):
            raise ValueError(
                "cannot be combined with infrequentAccessAfterDays or glacierAfterDays"
            )
        return enabled

    @field_validator("output_expiration_days")
    @classmethod
    def _follows_the_moves(cls, days: int, info: ValidationInfo) -> int:
        """S3 refuses a rule that expires objects before it moves them."""
        last_move_days = _last_move_days(info)
        if days and days <= last_move_days:
            why = f"should be more than the {last_move_days} days of the last move"
            raise Refused(Finding(why=why, examples=(last_move_days + 1,)))
        return days


def _last_move_days(info: ValidationInfo) -> int:
    moves = ("infrequent_access_after_days", "glacier_after_days")
    return max(cast("int", info.data.get(move, 0)) for move in moves)
