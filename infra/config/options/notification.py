"""Options of notifications."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from infra.config.findings import Finding
from infra.config.option_rules import OptionRules
from infra.config.options.base import Options, Text, distinct

ADDRESS = r"^[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}$"

ENDPOINT_FORMS = {
    "email": ADDRESS,
    "email-json": ADDRESS,
    "https": r"^https://\S+$",
    "lambda": r"^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[\w:$-]+$",
    "sqs": r"^arn:[a-z-]+:sqs:[a-z0-9-]+:\d{12}:[\w.-]+$",
}
"""By protocol: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html"""


class Subscription(BaseModel):
    """A subscriber of the topic."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: Literal["email", "email-json", "https", "lambda", "sqs"]
    """email, email-json and https must be confirmed by their owners; a queue's or a function's
    policy must let the topic in. https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html"""
    endpoint: Annotated[Text, Field(min_length=3, max_length=2048)]
    """An address or an ARN."""

    @field_validator("endpoint")
    @classmethod
    def _fits_the_protocol(cls, endpoint: str, info: ValidationInfo) -> str:
        protocol = str(info.data.get("protocol", ""))
        form = ENDPOINT_FORMS.get(protocol, "")
        if not re.match(form, endpoint):
            raise ValueError(f"should, with protocol {protocol}, match pattern '{form}'")
        return endpoint

    @property
    def is_a_program(self) -> bool:
        """Whether it is a program, whose failures are kept; e-mail knows no failure."""
        return not self.protocol.startswith("email")


class NotificationOptions(Options):
    """Who is notified."""

    enable_notifications: bool
    notification_email: Annotated[str, Field(pattern=rf"^$|{ADDRESS}")]
    subscriptions: Annotated[tuple[Subscription, ...], AfterValidator(distinct)]

    @property
    def all_subscriptions(self) -> Sequence[Subscription]:
        """The subscribers, with the address for notifications."""
        email = self.notification_email
        own = [Subscription(protocol="email", endpoint=email)] if email else []
        return [*own, *self.subscriptions]


def email_needs_notifications(
    notification_email: str, enable_notifications: bool
) -> Iterator[Finding]:
    if notification_email and not enable_notifications:
        yield _notifications_are_off()


def email_subscribes_once(
    notification_email: str, subscriptions: Sequence[Subscription]
) -> Iterator[Finding]:
    if Subscription.model_construct(protocol="email", endpoint=notification_email) in subscriptions:
        yield Finding(why="is the endpoint of one of subscriptions already")


def subscriptions_need_notifications(
    subscriptions: Sequence[Subscription], enable_notifications: bool
) -> Iterator[Finding]:
    if subscriptions and not enable_notifications:
        yield _notifications_are_off()


def _notifications_are_off() -> Finding:
    return Finding(why="contradicts enableNotifications, which is off")


RULES: OptionRules = {
    "notification_email": (email_needs_notifications, email_subscribes_once),
    "subscriptions": (subscriptions_need_notifications,),
}
