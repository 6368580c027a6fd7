"""Options of who is told, and who may read."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from infra.config.options.base import Options, Text


class SubscriptionOption(BaseModel):
    """Somebody who is told of each image."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: Literal["email", "email-json", "https", "lambda", "sqs"]
    endpoint: Annotated[Text, Field(min_length=3, max_length=2048)]


class NotificationOptions(Options):
    """Who is told, and who may read."""

    enable_kms: bool
    enable_notifications: bool
    notification_email: Annotated[str, Field(pattern=r"^(|[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,})$")]
    subscriptions: tuple[SubscriptionOption, ...]

    @field_validator("notification_email", "subscriptions")
    @classmethod
    def _has_something_to_tell(
        cls, recipients: str | Sequence[object], info: ValidationInfo
    ) -> str | Sequence[object]:
        if recipients and info.data.get("enable_notifications") is False:
            raise ValueError("contradicts enableNotifications, which is off")
        return recipients
