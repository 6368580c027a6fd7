"""Options of who is told, and who may read."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from infra.options.base import Options


class SubscriptionOption(BaseModel):
    """Somebody who is told of each image."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: Literal["email", "email-json", "https", "lambda", "sqs"]
    endpoint: Annotated[str, Field(min_length=3, max_length=2048)]


class NotificationOptions(Options):
    """Who is told, and who may read."""

    enable_kms: bool
    notification_email: Annotated[str, Field(pattern=r"^(|[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,})$")]
    subscriptions: tuple[SubscriptionOption, ...]
