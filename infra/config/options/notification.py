"""Options of who is told, and who may read."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from infra.config.options.base import Options, Text


class Subscription(BaseModel):
    """A subscriber of the topic."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: Literal["email", "email-json", "https", "lambda", "sqs"]
    """email, email-json and https must be confirmed by their owners; a queue's or a function's
    policy must let the topic in. https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html"""
    endpoint: Annotated[Text, Field(min_length=3, max_length=2048)]
    """An address or an ARN."""

    @property
    def is_a_program(self) -> bool:
        """Whether it is a program, whose failures are kept; e-mail knows no failure."""
        return not self.protocol.startswith("email")


class NotificationOptions(Options):
    """Who is told, and who may read."""

    enable_kms: bool
    enable_notifications: bool
    notification_email: Annotated[str, Field(pattern=r"^(|[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,})$")]
    subscriptions: tuple[Subscription, ...]

    @property
    def all_subscriptions(self) -> Sequence[Subscription]:
        """The subscribers, with the address for notifications."""
        email = self.notification_email
        own = [Subscription(protocol="email", endpoint=email)] if email else []
        return [*own, *self.subscriptions]

    @field_validator("notification_email", "subscriptions")
    @classmethod
    def _has_something_to_tell(
        cls, recipients: str | Sequence[object], info: ValidationInfo
    ) -> str | Sequence[object]:
        if recipients and info.data.get("enable_notifications") is False:
            raise ValueError("contradicts enableNotifications, which is off")
        return recipients
